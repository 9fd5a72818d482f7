// What a group of nodes means once it has been checked and its defaults are filled in: what all of them have, and what those of its role
// have beside. Other rooms know groups by this file.
import type { roles } from './roles.ts';

export type {
  Between,
  Build,
  Churn,
  Copy,
  Distance,
  Distribution,
  Files,
  Link,
  Readiness,
  Secrets,
  SecretSource,
  TraceEvent,
} from './group-common.ts';

export type Role = keyof typeof roles;

export type Group = ReturnType<(typeof roles)[Role]['resolve']>;
