// k6's own timers, taken before those of timers.ts stand in for them: what these are set for is no work of the script's.

export const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
