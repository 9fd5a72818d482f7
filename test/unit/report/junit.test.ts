import { describe, expect, test } from 'vitest';
import { renderJunit } from '../../../orchestrator/report/junit.ts';
import { escapeXml } from '../../../orchestrator/report/text/junit-file.ts';
import {
  makeInterruptedRun,
  makeSavedRun,
  makeScenario,
  makeVerdict,
} from '../../fixtures/make-saved-run.ts';
import { suitesOf } from './suites-of.ts';
import { makeRunReport } from '../../../orchestrator/report/facts/run-report.ts';

describe('the JUnit file', () => {
  test('has a case for each objective and one for validity', () => {
    const [suite] = suitesOf(renderJunit([makeSavedRun()].map((each) => makeRunReport(each))));
    expect(suite).toMatchObject({ tests: '6', failures: '1', errors: '1', skipped: '0' });
    expect(suite?.testcase[0]?.name).toBe('the measurement is valid');
    expect(suite?.testcase[2]?.failure?.message).toBe(
      'measured 1.31 s, must be ≤ 250 ms (phase one-server, load users)',
    );
    expect(suite?.testcase[5]?.error?.message).toBe('no samples');
  });

  test('says what failed requests got', () => {
    const objective = {
      name: 'error share',
      measure: { kind: 'errors' },
      comparison: 'atMost',
      bound: 0.01,
      phase: null,
      load: null,
    } as const;
    const verdict = makeVerdict();
    const [phase] = verdict.phases;
    if (phase === undefined) throw new Error('the fixture has no phase');
    const whole = {
      ...phase,
      requests: { started: 50, failed: 6, unanswered: 0, cutOff: 0, statuses: { 503: 6 } },
    };
    const missed = { status: 'missed', measured: 0.12 } as const;
    const objectives = [
      { objective, ...missed },
      { objective: { ...objective, tags: { name: 'keep' } }, ...missed },
    ];
    const run = makeSavedRun({ verdict: { ...verdict, whole, objectives } });
    const [suite] = suitesOf(renderJunit([makeRunReport(run)]));
    expect(suite?.testcase[1]?.failure?.message).toMatch(
      /^measured 12 %, must be ≤ 1 % \(.*\); errors: 12 % of 50 requests, 6 of them with status 503$/,
    );
    // Of those with a tag alone it is not known.
    expect(suite?.testcase[2]?.failure?.message).toMatch(/^measured 12 %, must be ≤ 1 % \([^;]*$/);
  });

  test('counts no objective as passed where the run is not valid', () => {
    const reasons = ['The generator was short of CPU.'];
    const run = makeSavedRun({ verdict: makeVerdict({ outcome: 'invalid', exitCode: 4, reasons }) });
    const [suite] = suitesOf(renderJunit([run].map((each) => makeRunReport(each))));
    expect(suite?.testcase[0]?.error?.message).toBe(reasons[0]);
    const passed = suite?.testcase.filter(
      ({ failure, error, skipped }) => (failure ?? error ?? skipped) === undefined,
    );
    expect(passed).toEqual([]);
  });

  test('names every objective of a run that was interrupted before its verdict', () => {
    const [suite] = suitesOf(renderJunit([makeInterruptedRun()].map((each) => makeRunReport(each))));
    expect(suite).toMatchObject({ tests: '6', errors: '1', skipped: '5' });
  });

  test('has a suite for each run of a sweep', () => {
    expect(
      suitesOf(renderJunit([makeSavedRun(), makeSavedRun()].map((each) => makeRunReport(each)))),
    ).toHaveLength(2);
  });

  test('stays well-formed whatever a scenario is called', () => {
    const name = '"><script>&\u0000\u001b\uD800 ]]> <!-- x';
    const [suite] = suitesOf(
      renderJunit([makeSavedRun({ scenario: makeScenario({ name }) })].map((each) => makeRunReport(each))),
    );
    expect(suite?.name).toBe('"><script>&\uFFFD\uFFFD\uFFFD ]]> <!-- x');
  });
});

test.each([
  ['a < b & "c"', 'a &#60; b &#38; &#34;c&#34;'],
  ['line\nline\ttab', 'line&#10;line&#9;tab'],
  ['emoji 🎈', 'emoji 🎈'],
  ['\u0007bell', '\uFFFDbell'],
])('%j becomes %j', (text, escaped) => {
  expect(escapeXml(text)).toBe(escaped);
});
