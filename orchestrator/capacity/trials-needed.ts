// How many trials it takes to tell a difference from chance. Pure.

/** Fewest trials on each side with which the clearest difference is significant among so many tests (Holm). */
export function trialsNeeded(tests: number, significance: number): number {
  for (let trials = 2, divisions = 6; ; trials++) {
    if ((2 / divisions) * tests < significance) return trials;
    // C(2n+2, n+1) from C(2n, n).
    divisions *= (2 * (2 * trials + 1)) / (trials + 1);
  }
}
