import { describe, expect, test } from 'vitest';
import { answerStudy, bytesPerOperation } from '../../../orchestrator/study/answer-study.ts';
import { measureTransfer } from '../../../orchestrator/study/measure-transfer.ts';
import { makeStudy } from '../../fixtures/make-study.ts';
import { fakePrometheus, type StoredSeries } from '../measure/fake-prometheus.ts';

const startSeconds = 1_000_000;
const clock = { run: 'study-s1-t1-p1', startMs: startSeconds * 1000 };
const window = { startMs: 3000, endMs: 13_000 };

/** A counter that gains as much every second from the start on. */
function counter(name: string, perSecond: number, node = 'users-1'): StoredSeries {
  const samples = Array.from({ length: 20 }, (_, nth) => [startSeconds + nth, nth * perSecond] as const);
  return { name, labels: { run: clock.run, group: 'users', node }, samples };
}

describe('what users receive', () => {
  test('is counted over all generators, while the probe is measured', async () => {
    const { client } = fakePrometheus([
      counter('k6_data_received_total', 5000),
      counter('k6_data_received_total', 3000, 'users-2'),
      counter('k6_iterations_total', 5),
      counter('k6_iterations_total', 3, 'users-2'),
    ]);
    expect(await measureTransfer(window, client, clock)).toEqual({ receivedBytes: 80_000, operations: 80 });
  });

  test('is not known where no operation ended', async () => {
    expect(await measureTransfer(window, fakePrometheus([]).client, clock)).toBeNull();
  });
});

describe('bytes an operation', () => {
  const study = makeStudy();
  const [held, alsoHeld] = study.probes.filter(({ outcome }) => outcome === 'held');
  const missed = study.probes.find(({ outcome }) => outcome === 'missed');
  if (held === undefined || alsoHeld === undefined || missed === undefined) throw new Error('no probes');

  test('are those of all probes that held together, whether or not each measured them', () => {
    const probes = [
      { ...held, transfer: { receivedBytes: 1000, operations: 10 } },
      { ...alsoHeld, transfer: { receivedBytes: 60_000, operations: 90 } },
      { ...alsoHeld, transfer: null },
      { ...missed, transfer: { receivedBytes: 1e9, operations: 1 } },
    ];
    expect(bytesPerOperation(probes)).toBe(610);
    expect(bytesPerOperation([held, missed])).toBeNull();
  });

  test('are priced, and the answer says so; unmeasured ones are left out, and it says that', () => {
    const { scenario, question } = study.description;
    const prices = { currency: 'EUR', perGiBTransferred: 0.08, groups: {} };
    const results = study.answer.sizes.map(({ size, result }) => ({
      size,
      result: { ...result, probes: [] },
    }));
    const parts = { scenario, results, nodeStarts: [], failureCheck: null };
    const answerWith = (receivedBytes: number | null) => {
      const transfer = receivedBytes === null ? null : { receivedBytes, operations: 1 };
      return answerStudy({
        ...parts,
        question: { ...question, prices },
        probes: [{ ...held, transfer }],
      }).answer;
    };
    // 300/s for an hour: 1,080,000 operations of a KiB.
    const priced = answerWith(1024);
    expect(priced?.sizings[0]?.bill?.transferPerHour).toBeCloseTo((0.08 * 1_080_000) / 2 ** 20, 9);
    expect(priced?.assumptions.join(' ')).toContain(
      'Transfer costs 0.08 EUR a GiB; users received 1,024 bytes an operation',
    );
    const unknown = answerWith(null);
    expect(unknown?.sizings[0]?.bill?.transferPerHour).toBe(0);
    expect(unknown?.assumptions.join(' ')).toContain('bytes per operation were not measured');
  });
});
