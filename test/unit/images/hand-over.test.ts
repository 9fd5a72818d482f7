import { expect, it } from 'vitest';
import { createFakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { TopolabError } from '../../../orchestrator/errors.ts';
import { handOverImages } from '../../../orchestrator/images/hand-over.ts';

it('names an image by its id that was named by a digest, which only a registry makes known', async () => {
  const pinned = `shop@sha256:${'1'.repeat(64)}`;
  const giver = createFakeEngine({ images: [pinned, 'k6:1'] });
  const id = (await giver.images.identity(pinned))?.id ?? '';
  const options = { onStep: () => {}, signal: new AbortController().signal };
  const alone = await handOverImages(giver, [], [pinned], options);
  expect(alone(pinned)).toBe(pinned);
  const box2 = { name: 'box2', engine: createFakeEngine({ images: [] }) };
  const nameOf = await handOverImages(giver, [box2], [pinned, 'k6:1'], options);
  expect([pinned, 'k6:1', 'other:1'].map(nameOf)).toEqual([id, 'k6:1', 'other:1']);
  expect(await box2.engine.images.has(id)).toBe(true);
  expect(await box2.engine.images.has(pinned)).toBe(false);
});

it('gives each host the images that it lacks, once, and says so', async () => {
  const said: string[] = [];
  const giver = createFakeEngine({ images: ['node:1', 'k6:1', 'debian:1'] });
  const box2 = { name: 'box2', engine: createFakeEngine({ images: ['k6:1'] }) };
  const box3 = { name: 'box3', engine: createFakeEngine({ images: [] }) };
  const handOver = async () =>
    await handOverImages(giver, [box2, box3], ['node:1', 'k6:1', 'node:1'], {
      onStep: ({ image, action, doneMs }) => {
        if (doneMs !== undefined) said.push(`${action} ${image}`);
      },
      signal: new AbortController().signal,
    });
  await handOver();
  expect(said).toEqual(['hand over an image to box2', 'hand over 2 images to box3']);
  expect(await box3.engine.images.has('k6:1')).toBe(true);
  expect(await box3.engine.images.has('debian:1')).toBe(false);
  await handOver();
  expect(said).toHaveLength(2);
});

it('says which host could not take them', async () => {
  const giver = createFakeEngine({ images: ['node:1'] });
  const full = { name: 'box2', engine: createFakeEngine({ images: [] }) };
  const why = { code: 'image-not-loaded', hint: 'Look whether the disk of that host is full.' };
  full.engine.images.load = () =>
    Promise.reject(new TopolabError('images could not be loaded: no space left', why));
  const options = { onStep: () => {}, signal: new AbortController().signal };
  await expect(handOverImages(giver, [full], ['node:1'], options)).rejects.toMatchObject({
    ...why,
    message: 'box2: images could not be loaded: no space left',
  });
});
