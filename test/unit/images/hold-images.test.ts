import { expect, test } from 'vitest';
import type { ContainerSpec } from '../../../orchestrator/engine/engine.ts';
import { createFakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { holdImages } from '../../../orchestrator/images/hold-images.ts';

const spec = (image: string): ContainerSpec => ({
  name: `a-${image}`,
  image,
  labels: {},
  env: {},
  cpus: null,
  memoryBytes: null,
});

test('hosts launch what is on record, by the name that all of them have it under', async () => {
  const said: string[] = [];
  const engine = createFakeEngine({ images: ['shop:1'] });
  const onRecord = { 'shop:1': { id: 'sha256:shop:1' } };
  await holdImages(
    [{ name: 'box1', engine }],
    onRecord,
    () => 'shop:moved',
    (line) => said.push(line),
  );
  await expect(engine.launch(spec('shop:moved'))).resolves.toMatchObject({ name: 'a-shop:moved' });
  expect(said).toEqual([]);
});

test('a host that has an image under another id launches it by its name, and that is said', async () => {
  const said: string[] = [];
  const box1 = { name: 'box1', engine: createFakeEngine({ images: ['shop:1', 'k6:1'] }) };
  const box2 = { name: 'box2', engine: createFakeEngine({ images: ['shop:1', 'other'] }) };
  const onRecord = { 'shop:1': { id: 'sha256:shop:1' }, 'k6:1': { id: 'sha256:k6:1' } };
  // Of an earlier command's.
  await box2.engine.images.hold('k6:1', 'sha256:other');
  await holdImages(
    [box1, box2],
    onRecord,
    (ref) => ref,
    (line) => said.push(line),
  );
  expect(said).toEqual([
    'box2 has k6:1 under another id than is recorded, and launches what it names there.',
  ]);
  await expect(box2.engine.launch(spec('shop:1'))).resolves.toMatchObject({ name: 'a-shop:1' });
  await expect(box2.engine.launch(spec('k6:1'))).rejects.toMatchObject({ code: 'image-not-found' });
});
