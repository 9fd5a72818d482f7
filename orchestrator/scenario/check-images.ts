// On which terms images are got, held against each other: an engine has one image by a name, got in one way.
import { isOwnImage } from '../image-names.ts';
import type { Written } from './check-written.ts';
import { type ImageTerms, resolveTerms } from './groups/image-terms.ts';
import { resolveProgram } from './groups/resolve-program.ts';
import type { ProblemPath, Report } from './text/problem.ts';
import { updatedGroups } from './timeline/resolve-update.ts';

interface Named {
  readonly image: string;
  readonly terms: ImageTerms;
  /** As people know who has it: `"web"`. */
  readonly owner: string;
  /** Where the terms are written. */
  readonly path: ProblemPath;
  /** Where they would be written if they are not: what an update brings has those of its group. */
  readonly field: (name: keyof ImageTerms) => ProblemPath;
}

export function checkImages(written: Written, report: Report): void {
  const named = imagesIn(written);
  for (const { image, terms, path } of named) {
    if (!isOwnImage(image)) continue;
    const message =
      'is for images of registries, and Topolab makes its own itself; leave out this, or write `image`';
    for (const name of ['pull', 'platform'] as const)
      if (terms[name] !== null) report([...path, name], message, 'key');
  }
  for (const [index, one] of named.entries()) {
    const before = named.slice(0, index).filter(({ image }) => image === one.image);
    checkPull(one, before, report);
    checkPlatform(one, before, report);
  }
}

function checkPull({ image, terms, field }: Named, before: readonly Named[], report: Report): void {
  const other = before.find(
    ({ terms: { pull } }) => pull !== null && terms.pull !== null && pull !== terms.pull,
  );
  if (other === undefined) return;
  const message = `is ${terms.pull}, and ${other.owner} says ${other.terms.pull} for the same image ${image}; write one of them in both`;
  report(field('pull'), message);
}

function checkPlatform({ image, terms, field }: Named, before: readonly Named[], report: Report): void {
  const other = before.find(({ terms: { platform } }) => platform !== terms.platform);
  if (other === undefined) return;
  const { platform } = other.terms;
  const message = `${terms.platform === null ? 'has no `platform`, and ' : ''}${other.owner} takes the same image ${image} for ${platform ?? "the engine's own platform"}; write the same in both, or two images`;
  report(field('platform'), message, terms.platform === null ? 'key' : 'value');
}

function imagesIn(written: Written): Named[] {
  const owner = (
    { name, path, value }: Written['groups'][number] | Written['loads'][number],
    image: string,
  ): Named => ({
    image,
    terms: resolveTerms(value),
    owner: `"${name}"`,
    path,
    field: (term) => (value[term] === undefined ? path : [...path, term]),
  });
  const updated = updatedGroups(written);
  return [
    ...written.groups.map((entry) => owner(entry, resolveProgram(entry.value).image)),
    ...written.loads.map((entry) => owner(entry, entry.value.image)),
    ...written.timeline.flatMap(({ path, value }): Named[] => {
      const after = updated.get(value)?.after;
      if (after === undefined || value.update?.image === undefined) return [];
      const at = [...path, 'update', 'image'];
      return [
        {
          image: value.update.image,
          terms: resolveTerms(after),
          owner: `the update of "${value.update.group}"`,
          path: at,
          field: () => at,
        },
      ];
    }),
  ];
}
