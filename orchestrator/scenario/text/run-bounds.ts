// How much a run may be, for every part that has to keep to it.

/** The most nodes a group may have. */
export const MOST_REPLICAS = 10_000;
/** Nodes over all groups at a moment, generators included, wherever they run. */
export const MOST_NODES = 10_000;
/** The same on one host: a Linux bridge has 1024 ports, of which a run's own containers take some. */
export const MOST_NODES_OF_A_HOST = 1000;
/** Actions of a plan: ten for each of the most nodes. More would be a mistake: one a second for more than a day. */
export const MOST_ACTIONS = 100_000;
/** How many nodes all actions of a plan name together: a hundred for each of the most nodes. They stand in the plan and in the run's events. */
export const MOST_NODES_NAMED = 1_000_000;
/** Of more virtual users generators do not tell who failed: each is a time series. */
export const MOST_TOLD_USERS = 1000;
