// How much a run may be, for every part that has to keep to it.

/** The most nodes a group may have. */
export const MOST_REPLICAS = 500;
/** Nodes over all groups, generators included: a Linux bridge has 1024 ports, of which a run's own containers take some. */
export const MOST_NODES = 1000;
/** Actions of a plan. More would be a mistake: one a second for almost three hours. */
export const MOST_ACTIONS = 10_000;
/** Of more virtual users generators do not tell who failed: each is a time series. */
export const MOST_TOLD_USERS = 1000;
