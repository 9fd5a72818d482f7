// How packets that reach a node are delayed: by the kernel's netem where it has that, otherwise by a program of ours.

/**
 * `netem`: a queueing discipline, on the device through which a node's incoming packets are led. `program`: the kernel hands the node's
 * incoming packets to net-admin/image/delay by NFQUEUE, and it says when each may go on.
 */
export type DelayWay = 'netem' | 'program';
