// One line on a change, for people: plan, live view, report.
import { kindOf } from '../faults/registry.ts';
import { describeTarget } from '../faults/targets/describe-target.ts';
import { listNodes } from '../faults/targets/list-nodes.ts';
import { writeDuration, writeSize } from '../scenario/text/units.ts';
import type { GroupState } from './group-state.ts';
import type { ActionChange, PlannedUpdate } from './plan.ts';
import { type BegunFault, stateWith } from './with-fault.ts';

/**
 * `scale servers 1 → 2`, `resize servers to 0.8 CPU, 256MiB`, `peers-7 joins`, `kill 2 of peers, the newest`.
 * @param groups the state of the change's groups before it.
 */
export function summarizeChange(change: ActionChange, groups: readonly GroupState[]): string {
  switch (change.kind) {
    case 'scale-out':
    case 'scale-in':
      return `scale ${change.group} ${change.from} → ${change.to}`;
    case 'resize':
      return `resize ${change.group} to ${limitsOf(change)}`;
    case 'join':
      return `${change.nodes[0]} joins`;
    case 'leave':
      return change.how === 'clean' ? `${change.nodes[0]} leaves` : `${change.nodes[0]} breaks off`;
    case 'backup':
      return `${change.type} backup of ${change.group}`;
    case 'restore':
      return `restore ${change.group}`;
    case 'update':
      return `update ${change.group} to ${describeUpdate(change.update)}`;
    case 'replace':
      return `${change.replacement.by} replaces ${change.replacement.node}`;
    case 'switch':
      return `switch ${change.group} to ${change.topology}`;
    case 'grant':
      return `grant ${change.user} ${change.rights.join(', ')}`;
    case 'revoke':
      return change.tokenOnly
        ? `revoke ${change.user}’s token`
        : `revoke ${change.rights.join(', ')} of ${change.user}`;
    case 'fault':
      return summarizeFault(change, groups);
    case 'fault-end':
      return `end of ${kindOf(change.fault).noun}: ${endedFor(change)}`;
  }
}

/** `shop:1.5`, `version 2`, `another env and command, each in its own time`. */
function describeUpdate({ program, changed, pace }: PlannedUpdate): string {
  const named = [
    changed.includes('image') ? program.image : '',
    changed.includes('version') ? `version ${program.version}` : '',
  ].filter((word) => word !== '');
  const others = changed.filter((key) => key === 'env' || key === 'command');
  const words = [...named, ...(others.length === 0 ? [] : [`another ${others.join(' and ')}`])];
  return `${words.join(', ')}${pace.kind === 'own-time' ? ', each in its own time' : ''}`;
}

function limitsOf({ cpus, memoryBytes }: Extract<ActionChange, { kind: 'resize' }>): string {
  const limits = [cpus === null ? '' : `${cpus} CPU`, memoryBytes === null ? '' : writeSize(memoryBytes)];
  return limits.filter((limit) => limit !== '').join(', ');
}

function summarizeFault(begun: BegunFault, groups: readonly GroupState[]): string {
  const { fault } = begun;
  const lasts = fault.forMs ? `, for ${writeDuration(fault.forMs)}` : '';
  return `${kindOf(fault).summarize(fault, stateWith(begun, groups))}${lasts}`;
}

/** The nodes by name, where a rule chose them beforehand. */
function endedFor({ fault: { target }, nodes }: Extract<ActionChange, { kind: 'fault-end' }>): string {
  return target.who.kind === 'all' || nodes.length === 0 ? describeTarget(target) : listNodes(nodes);
}
