import { describe, expect, test } from 'vitest';
import type { SavedRun } from '../../../orchestrator/record/folder/run-folder.ts';
import type { SavedSweep } from '../../../orchestrator/record/folder/sweep.ts';
import { predictStudy } from '../../../orchestrator/report/prediction/predict-study.ts';
import { predictSweep } from '../../../orchestrator/report/prediction/predict-sweep.ts';
import { renderPrediction } from '../../../orchestrator/report/prediction/render-prediction.ts';
import { makeFileRun } from '../../fixtures/make-peer-run.ts';
import { makeSavedRun, makeScenario } from '../../fixtures/make-saved-run.ts';
import { makeStudy } from '../../fixtures/make-study.ts';

const plain = { colour: false, width: 200 };

function sweepOf(saved: readonly SavedRun[]): SavedSweep {
  return {
    schemaVersion: 1,
    sweep: 'sweep-1',
    file: 'file-sharing.yaml',
    startedAt: '2026-03-02T09:30:00.000Z',
    planned: saved.length,
    path: 'runs/sweep-1',
    saved,
    runs: saved.map(({ id }) => ({ set: {}, folder: `../${id}`, outcome: 'completed', exitCode: 0 })),
  };
}

const sharing = sweepOf(
  (['client-server', 'peer-to-peer'] as const).flatMap((topology) =>
    [2, 4, 8, 16].map((nodes) => makeFileRun({ topology, nodes })),
  ),
);

describe('a sweep of file sharing', () => {
  const prediction = predictSweep(sharing, [32, 1_000_000]);

  test('predicts each topology by its own bound, drawn on from the links', () => {
    const times = prediction.series.map(({ name, figures }) => [
      name,
      figures
        .find(({ figure }) => figure.id === 'distribution-time')
        ?.predicted?.predictions.map(({ bound }) => bound),
    ]);
    // 64 MiB at 8 MiB/s, which the source sends once a node, or once.
    expect(times).toEqual([
      ['client-server', [256, 8_000_000]],
      ['peer-to-peer', [8, 8]],
    ]);
  });

  test('says of each figure that it is predicted, by which law, how that was checked, and whether to believe it', () => {
    const text = renderPrediction(prediction, plain);
    expect(text).toContain('Prediction from sweep-1 (file-sharing), not measured');
    expect(text).toMatch(
      /Distribution time of client-server, measured at 2, 4, 8, 16 nodes, as .* times its bound/,
    );
    expect(text).toMatch(/checked: without it, 16 would have been predicted as .*; measured /);
    const rows = text.split('\n').filter((line) => /^ *(32|1,000,000) /.test(line));
    expect(rows.map((row) => row.trimEnd().split(/\s+/).at(-1))).toContain('no');
    expect(text).toContain('far beyond what was measured: that says something about up to 128');
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
  });
});

test('a sweep over something else than a size is refused', () => {
  const runs = [1, 2, 4].map((cost) => makeSavedRun({ scenario: makeScenario({ parameters: { cost } }) }));
  expect(() => predictSweep(sweepOf(runs), [1000])).toThrow('differ in no number of nodes, users or load');
});

describe('a study of capacity', () => {
  test('predicts how many nodes users need', () => {
    const study = makeStudy({ question: { sizes: [1, 2, 4, 6, 8] } });
    const prediction = predictStudy(study, [1000, 1_000_000], 0.2);
    expect(prediction.predicted?.predictions[0]?.nodes).toMatchObject({ value: 3 });
    expect(prediction.predicted?.predictions[1]?.nodes).toBeNull();
    const text = renderPrediction(prediction, plain);
    expect(text).toContain('by the Universal Scalability Law');
    expect(text).toContain('no number carries it');
  });

  test('says from how many nodes on users may be carried after all, where the curve itself carries them with none', () => {
    const study = makeStudy({ question: { sizes: [1, 2, 4, 6, 8] } });
    const whole = predictStudy(study, [1000], 0.2);
    const [first] = whole.predicted?.predictions ?? [];
    if (whole.predicted === null || first === undefined) throw new Error('something is predicted');
    const nodes = { value: null, lower: 22, upper: null };
    const predicted = { ...whole.predicted, predictions: [{ ...first, nodes }] };
    expect(renderPrediction({ ...whole, predicted }, plain)).toContain('none (22 to perhaps none)');
  });

  test('says that another resource ran out at larger sizes', () => {
    const study = makeStudy({ question: { sizes: [1, 2, 4, 8] } });
    const sizes = study.answer.sizes.map((each) => ({
      ...each,
      bottleneck: {
        resource: 'cpu' as const,
        group: each.size < 8 ? 'servers' : 'store',
        probes: 3,
        of: 3,
      },
    }));
    const prediction = predictStudy({ ...study, answer: { ...study.answer, sizes } }, [1000], 0.2);
    expect(renderPrediction(prediction, plain)).toContain(
      'CPU of store ran out first at 8, and CPU of servers below',
    );
  });

  test('is refused where nobody says what a user does, or sizes are CPU limits', () => {
    expect(() => predictStudy(makeStudy({ question: { ratePerUser: null } }), [1000])).toThrow(
      'how many operations a user',
    );
    const byCpu = makeStudy();
    const question = { ...byCpu.description.question, dimension: 'cpus' as const };
    expect(() =>
      predictStudy({ ...byCpu, description: { ...byCpu.description, question } }, [1000], 1),
    ).toThrow('CPU limits');
  });
});
