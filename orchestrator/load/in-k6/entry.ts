// What Topolab makes of a script's exports.
import { asIteration, configure } from './iteration.ts';
import type { GeneratorSettings } from './settings.ts';
import { boundRedirects } from './expected-status.ts';
import { PUT_ASIDE } from './marks.ts';
import { safeTags } from './tags.ts';
import { installTimers } from './timers.ts';

type Exports = Readonly<Record<string, unknown>>;
type Export = (...args: unknown[]) => unknown;
type Summarise = (data: unknown) => object | undefined;

/** Functions that k6 calls once, not for each iteration. */
const ONCE = new Set(['setup', 'teardown', 'handleSummary']);

/** Exports as k6 is to see them: functions are counted as iterations, options are the script's under those of the settings. */
export function wrapScript(
  script: Exports,
  settings: GeneratorSettings,
  summaryPath: string,
): Record<string, unknown> {
  configure(settings);
  installTimers();
  const wrapped: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(script)) {
    wrapped[name] = typeof value === 'function' && !ONCE.has(name) ? asIteration(value as Export) : value;
  }
  wrapped['options'] = mergeOptions((script['options'] ?? {}) as Exports, settings);
  if (((script['options'] ?? {}) as Exports)['maxRedirects'] != null) boundRedirects();
  const own = script['handleSummary'] as Summarise | undefined;
  wrapped['handleSummary'] = (data: unknown) => {
    // Before the script's own has it, which may change it.
    const summary = JSON.stringify(data);
    return { ...ownSummary(own, data), [summaryPath]: summary };
  };
  return wrapped;
}

/** What it throws costs its own output, and not what its samples are held against. */
function ownSummary(own: Summarise | undefined, data: unknown): object | undefined {
  try {
    return own?.(data);
  } catch (error) {
    console.error(`handleSummary() of the script: ${String(error)}`);
    return undefined;
  }
}

function mergeOptions(own: Exports, settings: GeneratorSettings): Exports {
  const { options, putAside, tellsPutAside, outOfReach = [] } = settings;
  const aside = putAside.filter((name) => own[name] !== undefined);
  if (tellsPutAside === true && aside.length > 0) console.warn(PUT_ASIDE + aside.join(', '));
  const kept = Object.entries(own).filter(([name]) => !putAside.includes(name));
  const tags = own['tags'] === undefined ? {} : { tags: safeTags(own['tags']) };
  const ownList = (own['blacklistIPs'] ?? []) as readonly string[];
  const blacklist = outOfReach.length === 0 ? {} : { blacklistIPs: [...ownList, ...outOfReach] };
  return { setupTimeout: '120s', ...Object.fromEntries(kept), ...tags, ...blacklist, ...options };
}
