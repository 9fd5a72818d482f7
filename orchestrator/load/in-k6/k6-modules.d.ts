// Modules of k6 that its published types have no more.
declare module 'k6/experimental/websockets' {
  export * from 'k6/websockets';
}
