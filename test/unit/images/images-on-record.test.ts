import { expect, test } from 'vitest';
import { Label } from '../../../orchestrator/engine/engine.ts';
import { imagesOnRecord } from '../../../orchestrator/images/images-on-record.ts';
import { fakeImages } from './fake-images.ts';

const digest = `sha256:${'0'.repeat(64)}`;

test('every image of a run is on its record, several of one name too', async () => {
  const fake = fakeImages(
    ['topolab/built:a1', 'topolab/built:b2', 'shop', `shop@${digest}`],
    () => undefined,
  );
  fake.labels.set('grafana/k6:1.8.1', { [Label.substitute]: 'k6 v1.8.1, compiled from source' });
  const refs = ['topolab/built:a1', 'topolab/built:b2', 'grafana/k6:1.8.1', 'shop', `shop@${digest}`];
  const { versions, identities } = await imagesOnRecord(
    fake.engine,
    [...refs, 'gone:1'].map((ref) => ({ ref })),
  );
  expect(versions).toEqual({
    'topolab/built': 'a1, b2',
    'grafana/k6': '1.8.1 (built here from k6 v1.8.1, compiled from source)',
    shop: `latest, ${digest}`,
    gone: '1',
  });
  expect(Object.entries(identities).map(([ref, { id }]) => [ref, id])).toEqual(refs.map((ref) => [ref, ref]));
});
