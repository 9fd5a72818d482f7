// What of Cephes is used here: its own types stand where TypeScript does not find them.
declare module 'cephes' {
  export const compiled: Promise<void>;
  /** Φ(z). */
  export function ndtr(z: number): number;
  /** t with P(T ≤ t) = `share`, for Student's distribution with whole `degrees` of freedom. */
  export function stdtri(degrees: number, share: number): number;
}
