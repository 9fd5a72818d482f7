import { describe, expect, test } from 'vitest';
import { Label } from '../../../orchestrator/engine/engine.ts';
import { TopolabError } from '../../../orchestrator/errors.ts';
import { ensureImages } from '../../../orchestrator/images/ensure-images.ts';
import { BASE_IMAGE, HAPROXY_IMAGE, POSTGRES_IMAGE } from '../../../orchestrator/image-names.ts';
import { createImageProvider, type ImageStep } from '../../../orchestrator/images/image-provider.ts';
import type { Recipe } from '../../../orchestrator/images/substitutes.ts';
import { isForeignTo, isSamePlatform, type WantedImage } from '../../../orchestrator/images/wanted-image.ts';
import { fakeImages } from './fake-images.ts';

const noHost = 'Get "https://registry.test/v2/": dial tcp: lookup registry.test: no such host';

function optionsFor(allowSubstitutes = true) {
  const steps: ImageStep[] = [];
  const options = {
    allowSubstitutes,
    signal: new AbortController().signal,
    onStep: (step: ImageStep) => steps.push(step),
  };
  return { steps, options };
}

async function failureOf(work: Promise<unknown>): Promise<TopolabError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TopolabError);
  return error as TopolabError;
}

describe('images that can be pulled', () => {
  test('an image that is there is neither pulled nor built', async () => {
    const fake = fakeImages([HAPROXY_IMAGE], () => noHost);
    const { steps, options } = optionsFor();
    const ready = await ensureImages(fake.engine, [{ ref: HAPROXY_IMAGE }], options);
    expect(ready).toEqual(new Map([[HAPROXY_IMAGE, HAPROXY_IMAGE]]));
    expect(fake.calls).toEqual([]);
    expect(steps).toEqual([]);
  });

  test('a missing image is pulled once, with its beginning, lines and end reported', async () => {
    const fake = fakeImages([], () => undefined);
    const { steps, options } = optionsFor();
    await ensureImages(fake.engine, [{ ref: HAPROXY_IMAGE }, { ref: HAPROXY_IMAGE }], options);
    expect(fake.calls).toEqual([`pull ${HAPROXY_IMAGE}`]);
    expect(steps).toEqual([
      { image: HAPROXY_IMAGE, action: 'pull' },
      { image: HAPROXY_IMAGE, action: 'pull', line: 'Pulling fs layer' },
      { image: HAPROXY_IMAGE, action: 'pull', doneMs: expect.any(Number) },
    ]);
  });
});

describe('an image that is there for another platform than the engine has', () => {
  /** Those of the fake are for amd64. */
  const onArm = ({ engine }: ReturnType<typeof fakeImages>) => ({
    ...engine,
    description: { ...engine.description, architecture: 'aarch64' },
  });

  test('is not taken for the one of the engine', async () => {
    const fake = fakeImages(['shop:1'], () => undefined);
    await ensureImages(onArm(fake), [{ ref: 'shop:1' }], optionsFor().options);
    expect(fake.calls).toEqual(['pull shop:1']);
  });

  test.each([
    ['its registry is silent', 'missing', ['pull shop:1']],
    ['no registry may be asked', 'never', []],
  ] as const)('is taken where %s', async (_, pull, calls) => {
    const fake = fakeImages(['shop:1'], () => noHost);
    await ensureImages(onArm(fake), [{ ref: 'shop:1', pull }], optionsFor().options);
    expect(fake.calls).toEqual(calls);
  });

  test.each([
    ['x86_64', 'linux/arm64/v8', true],
    ['aarch64', 'linux/amd64', true],
    ['amd64', 'linux/arm64', true],
    ['x86_64', 'linux/amd64', false],
    ['x86_64', 'linux/386', false],
    ['aarch64', 'linux/arm/v7', false],
    ['riscv64', 'linux/amd64', false],
    ['x86_64', 'linux', false],
  ])('is known by names of architectures: %s, %s', (machine, platform, isForeign) => {
    expect(isForeignTo(machine, platform)).toBe(isForeign);
  });
});

describe('images that no registry gives', () => {
  test('a substitute is built under the same name, labelled, its base first', async () => {
    const fake = fakeImages([], () => noHost);
    const base: Recipe = { kind: 'dockerfile', ...recipeParts('base') };
    const recipes: Record<string, Recipe> = {
      'app:1': { ...base, base: 'middle:1', madeFrom: 'parts' },
      'middle:1': { ...base, base: 'bottom:1' },
      'bottom:1': { ...base, base: BASE_IMAGE },
      [BASE_IMAGE]: base,
    };
    fake.labels.set(BASE_IMAGE, {});
    const provider = createImageProvider(fake.engine, optionsFor().options, (ref) => recipes[ref]);
    await provider.provide({ ref: 'app:1' });
    expect(fake.calls).toEqual(['pull app:1', 'build bottom:1', 'build middle:1', 'build app:1']);
    expect(fake.labels.get('app:1')).toEqual({ [Label.substitute]: 'parts' });
  });

  test('the first silence of a registry is remembered for the rest of the call', async () => {
    const fake = fakeImages([BASE_IMAGE], () => noHost);
    await ensureImages(fake.engine, [{ ref: HAPROXY_IMAGE }, { ref: POSTGRES_IMAGE }], optionsFor().options);
    expect(fake.calls).toEqual([
      `pull ${HAPROXY_IMAGE}`,
      `build ${HAPROXY_IMAGE}`,
      `build ${POSTGRES_IMAGE}`,
    ]);
  });

  test('the silence of one registry says nothing about another', async () => {
    const fake = fakeImages([BASE_IMAGE], (ref) => (ref.startsWith('other.test/') ? undefined : noHost));
    await ensureImages(
      fake.engine,
      [{ ref: HAPROXY_IMAGE }, { ref: 'other.test/app:1' }],
      optionsFor().options,
    );
    expect(fake.calls.at(-1)).toBe('pull other.test/app:1');
  });

  test('an image without a recipe is refused with what was tried', async () => {
    const fake = fakeImages([], () => noHost);
    const error = await failureOf(
      ensureImages(fake.engine, [{ ref: 'example/app:1' }], optionsFor().options),
    );
    expect(error).toMatchObject({ code: 'image-not-available', exitCode: 1 });
    expect(error.message).toContain('example/app:1');
    expect(error.message).toContain('no registry answers at docker.io');
    expect(error.message).toContain('no recipe');
    expect(error.hint).toContain('docker load');
  });

  test('nothing is built where substitutes are not allowed', async () => {
    const fake = fakeImages([BASE_IMAGE], () => noHost);
    const error = await failureOf(
      ensureImages(fake.engine, [{ ref: HAPROXY_IMAGE }], optionsFor(false).options),
    );
    expect(error.message).toContain('--setup');
    expect(fake.calls).toEqual([`pull ${HAPROXY_IMAGE}`]);
  });

  test('a tag that the registry does not know is told apart from a silent registry, and is not held against others', async () => {
    const fake = fakeImages([], (ref) => (ref.endsWith(':2') ? 'manifest for app:2 not found' : undefined));
    const { options } = optionsFor();
    const error = await failureOf(ensureImages(fake.engine, [{ ref: 'app:2' }], options));
    expect(error.message).toContain('docker.io has no such image');
    expect(error.hint).toContain('name and tag');
    const provider = createImageProvider(fake.engine, options);
    await failureOf(provider.provide({ ref: 'app:2' }));
    await provider.provide({ ref: 'app:1' });
    expect(fake.labels.has('app:1')).toBe(true);
  });

  test('a recipe that this machine cannot follow is told with why the image was not pulled', async () => {
    const fake = fakeImages([BASE_IMAGE], () => noHost);
    const extraFiles = async (): Promise<never> => {
      throw new TopolabError('no substitute for app:1 can be built on this machine: it needs Linux', {
        code: 'substitute-not-possible',
      });
    };
    const recipe: Recipe = { kind: 'dockerfile', ...recipeParts('parts'), base: BASE_IMAGE, extraFiles };
    const error = await failureOf(
      createImageProvider(fake.engine, optionsFor().options, () => recipe).provide({ ref: 'app:1' }),
    );
    expect(error.code).toBe('image-not-available');
    expect(error.message).toContain('no registry answers at docker.io, no substitute for app:1');
    expect(error.message).toContain('it needs Linux');
  });

  test('an aborted call ends with the reason instead of building', async () => {
    const abort = new AbortController();
    const fake = fakeImages([BASE_IMAGE], () => {
      abort.abort(new Error('interrupted'));
      return noHost;
    });
    const { options } = optionsFor();
    const work = ensureImages(fake.engine, [{ ref: HAPROXY_IMAGE }], { ...options, signal: abort.signal });
    await expect(work).rejects.toThrow('interrupted');
    expect(fake.calls).toEqual([`pull ${HAPROXY_IMAGE}`]);
  });
});

describe('on which terms', () => {
  const auth = { serveraddress: 'registry.test', username: 'ci', password: 'canary-8f2c' };
  const credentials = { for: async () => ({ auth, words: 'as "ci", by config.json' }) };
  const app = 'registry.test/app:1';

  test('a registry is asked with the credentials that there are for it, and for the platform that is wanted', async () => {
    const fake = fakeImages([], () => undefined);
    const wanted = [{ ref: app, platform: 'linux/amd64' }];
    await ensureImages(fake.engine, wanted, { ...optionsFor().options, credentials });
    expect(fake.pulls).toMatchObject([{ auth, platform: 'linux/amd64' }]);
  });

  test.each<[string, Omit<WantedImage, 'ref'>, string[]]>([
    ['an image that is there is asked for again', { pull: 'always' }, [`pull ${app}`]],
    ['an image that is there is taken as it is', { pull: 'missing' }, []],
    ['an image that is there needs no registry', { pull: 'never' }, []],
    ['an image that is there for the platform is taken', { platform: 'linux/amd64' }, []],
  ])('%s: %o', async (_, terms, calls) => {
    const fake = fakeImages([app], () => undefined);
    await ensureImages(fake.engine, [{ ref: app, ...terms }], optionsFor().options);
    expect(fake.calls).toEqual(calls);
  });

  test.each<[string, string[], Omit<WantedImage, 'ref'>, string | undefined, RegExp, string]>([
    [
      'never asks a registry',
      [],
      { pull: 'never' },
      undefined,
      /not on the engine, and its `pull: never`/,
      '',
    ],
    [
      'takes no older image for a newer one',
      [app],
      { pull: 'always' },
      noHost,
      /no registry answers at registry\.test, and its `pull: always` takes no other/,
      `pull ${app}`,
    ],
    [
      'takes no image for another platform',
      [app],
      { platform: 'linux/arm64' },
      undefined,
      /is for linux\/amd64, and linux\/arm64 was asked for/,
      `pull ${app}`,
    ],
    [
      'says as whom it asked',
      [],
      {},
      'unauthorized: authentication required',
      /registry\.test does not let this user pull it, and there is no recipe to build it here\n {2}asked as "ci", by config\.json/,
      `pull ${app}`,
    ],
  ])('%s', async (_, there, terms, refusal, message, calls) => {
    const fake = fakeImages(there, () => refusal);
    const options = { ...optionsFor().options, credentials };
    const error = await failureOf(ensureImages(fake.engine, [{ ref: app, ...terms }], options));
    expect(error.message).toMatch(message);
    expect(`${error.message}${error.hint}`).not.toContain(auth.password);
    expect(error.code).toBe('image-not-available');
    expect(fake.calls.join()).toBe(calls);
  });
});

test.each([
  ['linux/arm64', 'linux/arm64/v8', true],
  ['linux/arm', 'linux/arm/v7', true],
  ['linux/arm/v6', 'linux/arm/v7', false],
  ['linux/amd64', 'linux/arm64', false],
])('%s and %s are one platform: %s', (one, other, same) => {
  expect(isSamePlatform(one, other)).toBe(same);
});

function recipeParts(madeFrom: string) {
  return { madeFrom, folder: import.meta.dirname, base: '', buildArgs: {}, extraFiles: async () => [] };
}
