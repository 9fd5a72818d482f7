// What enrolment took, in words for terminal and report.
import { counted, formatDuration, formatNumber } from '../../format/format-value.ts';
import { INVITATION_WORDS } from '../../judge/access-words.ts';
import type { EnrolledNode, EnrolmentFigures } from '../../measure/changes/measure-enrolment.ts';
import type { EnrolmentProbe } from '../../record/event.ts';

/** A sentence a group: steps and places of one node, and how long it took in the middle of all. */
export function enrolmentLines({ nodes, probes }: EnrolmentFigures): string[] {
  const groups = Map.groupBy(nodes, ({ group }) => group);
  return [...[...groups].map(([group, own]) => `${group}: ${groupWords(own)}`), probeWords(probes)];
}

function groupWords(nodes: readonly EnrolledNode[]): string {
  const most = nodes.toSorted((a, b) => stepsOf(b) - stepsOf(a))[0];
  if (most === undefined) return 'nobody was enrolled';
  const { administrator, member, joiner } = most.steps;
  const steps = [
    administrator > 0 ? `${formatNumber(administrator)} by an administrator` : '',
    member > 0 ? `${formatNumber(member)} by a member` : '',
    `${formatNumber(joiner)} by itself`,
  ].filter((words) => words !== '');
  const times = timesOf(nodes);
  const idle = nodes.filter(
    ({ duringLoad, firstOperationAfterMs }) => duringLoad && firstOperationAfterMs === null,
  ).length;
  const served =
    (times.firstOperation === null ? '' : `, first operation after ${formatDuration(times.firstOperation)}`) +
    (idle === 0
      ? ''
      : `; ${formatNumber(idle)} that joined during the load ${idle === 1 ? 'was' : 'were'} not seen to serve any`);
  return `${counted(nodes.length, 'node')} enrolled, each in ${counted(stepsOf(most), 'step')} (${steps.join(', ')}) at ${counted(most.places.length, 'place')}; credential after ${formatDuration(times.credential ?? 0)}${served}`;
}

function probeWords(probes: EnrolmentFigures['probes']): string {
  const tried = Object.entries(probes).map(
    ([which, { tried: asked, refused }]) =>
      `${formatNumber(refused)} of ${formatNumber(asked)} ${INVITATION_WORDS[which as EnrolmentProbe]}`,
  );
  return `refused: ${tried.join(', ')}`;
}

export function stepsOf({ steps: { administrator, member, joiner } }: EnrolledNode): number {
  return administrator + member + joiner;
}

/** Medians; of the first operation over those that joined while users were there. */
export function timesOf(nodes: readonly EnrolledNode[]): {
  readonly credential: number | null;
  readonly firstOperation: number | null;
} {
  return {
    credential: median(nodes.map(({ credentialAfterMs }) => credentialAfterMs)),
    firstOperation: median(
      nodes.flatMap(({ duringLoad, firstOperationAfterMs: ms }) => (duringLoad && ms !== null ? [ms] : [])),
    ),
  };
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null;
}
