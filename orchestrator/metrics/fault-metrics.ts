// Faults as Prometheus sees them: what is in force on which node, whether it was seen to bite, and in the end what it cost. Made from the events
// of a run.
import { Gauge, type Registry } from 'prom-client';
import { lasts } from '../plan/plan.ts';
import type { RunEvent } from '../record/event.ts';
import { Metric } from './metric-names.ts';

interface OnNode {
  readonly fault: string;
  readonly kind: string;
  readonly group: string;
  readonly node: string;
}

/** What one fault did to its users, once that is known; null = not seen, nothing to see, or not measured. */
interface FaultCost {
  /** `f1`. */
  readonly fault: string;
  readonly kind: string;
  readonly detectedAfterMs: number | null;
  readonly recoveredAfterMs: number | null;
  readonly recoveredAfterEndMs?: number | null;
  /** Operations. */
  readonly lost?: number | null;
  readonly slow?: number | null;
  /** 0 to 1. */
  readonly usersTouchedShare?: number | null;
}

export class FaultMetrics {
  readonly #inForce: Gauge<'fault' | 'kind' | 'group' | 'target' | 'seen'>;
  readonly #seenAfter: Gauge<'fault' | 'kind' | 'target' | 'moment'>;
  readonly #detectedAfter: Gauge<'fault' | 'kind'>;
  readonly #recoveredAfter: Gauge<'fault' | 'kind'>;
  readonly #recoveredAfterEnd: Gauge<'fault' | 'kind'>;
  readonly #operations: Gauge<'fault' | 'kind' | 'outcome'>;
  readonly #usersTouched: Gauge<'fault' | 'kind'>;
  /** What is on nodes now, by fault and node. */
  readonly #on = new Map<string, Map<string, OnNode & { readonly seen: boolean }>>();
  readonly #groups = new Map<string, string>();
  /** Faults that stay on nodes, from when they are to begin until they are to end. */
  readonly #lasting = new Set<string>();
  /** When each began, and was taken back, milliseconds after the start of the load. */
  readonly #beganMs = new Map<string, number>();
  readonly #endedMs = new Map<string, number>();

  constructor(registry: Registry) {
    const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
      new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
    this.#inForce = gauge(Metric.faultInForce, '1 while a fault is on a node', [
      'fault',
      'kind',
      'group',
      'target',
      'seen',
    ]);
    this.#seenAfter = gauge(
      Metric.faultSeenAfterSeconds,
      'From when a fault was to begin or to end until it was seen to have done so',
      ['fault', 'kind', 'target', 'moment'],
    );
    this.#detectedAfter = gauge(Metric.faultDetectedAfterSeconds, 'Until a fault was detected', [
      'fault',
      'kind',
    ]);
    this.#recoveredAfter = gauge(
      Metric.faultRecoveredAfterSeconds,
      'Until users were served as before a fault',
      ['fault', 'kind'],
    );
    this.#recoveredAfterEnd = gauge(
      Metric.faultRecoveredAfterEndSeconds,
      'From the end of a fault until users were served as before it',
      ['fault', 'kind'],
    );
    this.#operations = gauge(Metric.faultOperations, 'Operations that a fault lost or made slow', [
      'fault',
      'kind',
      'outcome',
    ]);
    this.#usersTouched = gauge(Metric.faultUsersTouchedShare, 'Share of the users that a fault touched', [
      'fault',
      'kind',
    ]);
  }

  take(event: RunEvent): void {
    switch (event.type) {
      case 'node-launched':
        this.#groups.set(event.node, event.group);
        return;
      case 'node-exited':
      case 'node-left':
        for (const nodes of this.#on.values()) this.#takeOff(nodes.get(event.node));
        return;
      case 'action-started':
        return this.#began(event);
      case 'fault-began':
        if (this.#lasting.has(event.fault))
          for (const node of event.nodes) this.#putOn(event.fault, event.kind, node, false);
        return;
      case 'fault-confirmed':
        return this.#confirmed(event);
      case 'fault-ended':
        for (const each of this.#on.get(event.fault)?.values() ?? []) this.#takeOff(each);
        this.#on.delete(event.fault);
    }
  }

  /** Of each fault, when the run has been measured. */
  setCosts(costs: readonly FaultCost[]): void {
    for (const { fault, kind, ...cost } of costs) {
      const { detectedAfterMs, recoveredAfterMs, recoveredAfterEndMs, lost, slow, usersTouchedShare } = cost;
      const labels = { fault, kind };
      if (detectedAfterMs !== null) this.#detectedAfter.set(labels, detectedAfterMs / 1000);
      if (recoveredAfterMs !== null) this.#recoveredAfter.set(labels, recoveredAfterMs / 1000);
      if (recoveredAfterEndMs != null) this.#recoveredAfterEnd.set(labels, recoveredAfterEndMs / 1000);
      if (lost != null) this.#operations.set({ ...labels, outcome: 'lost' }, lost);
      if (slow != null) this.#operations.set({ ...labels, outcome: 'slow' }, slow);
      if (usersTouchedShare != null) this.#usersTouched.set(labels, usersTouchedShare);
    }
  }

  #began({ action: { change }, startedMs }: Extract<RunEvent, { type: 'action-started' }>): void {
    if (change.kind === 'fault') this.#beganMs.set(change.id, startedMs);
    if (lasts(change)) this.#lasting.add(change.id);
    if (change.kind !== 'fault-end') return;
    this.#endedMs.set(change.id, startedMs);
    this.#lasting.delete(change.id);
  }

  #confirmed(event: Extract<RunEvent, { type: 'fault-confirmed' }>): void {
    const { fault, kind, node, moment, seenMs } = event;
    const sinceMs = (moment === 'began' ? this.#beganMs : this.#endedMs).get(fault);
    if (seenMs !== null && sinceMs !== undefined)
      this.#seenAfter.set({ fault, kind, target: node, moment }, Math.max(0, seenMs - sinceMs) / 1000);
    // A look may be told of when its fault is over; and a node that joins has a fault of which nothing else tells.
    if (moment === 'began' && this.#lasting.has(fault)) this.#putOn(fault, kind, node, true);
  }

  /** A fault that was seen stays so. */
  #putOn(fault: string, kind: string, node: string, isSeen: boolean): void {
    const nodes = this.#on.get(fault) ?? new Map();
    this.#on.set(fault, nodes);
    const before = nodes.get(node);
    if (before?.seen === true) return;
    this.#takeOff(before);
    const each = { fault, kind, node, group: this.#groups.get(node) ?? '', seen: isSeen };
    nodes.set(node, each);
    this.#inForce.set(labelsOf(each), 1);
  }

  #takeOff(each: (OnNode & { readonly seen: boolean }) | undefined): void {
    if (each === undefined) return;
    this.#on.get(each.fault)?.delete(each.node);
    this.#inForce.remove(labelsOf(each));
  }
}

/** The label `node` is who tells it. */
function labelsOf({ node, seen, ...each }: OnNode & { readonly seen: boolean }) {
  return { ...each, target: node, seen: String(seen) };
}
