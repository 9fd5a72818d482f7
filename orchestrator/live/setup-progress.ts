// Shows the installation of Docker and the getting of images as steps of a Progress.
import type { ImageStep } from '../images/image-provider.ts';
import type { SetupStep } from '../setup/install-docker.ts';
import type { LiveViewOptions } from './create-live-view.ts';
import { createProgress, type Progress, type ProgressStep } from './create-progress.ts';

export interface SetupProgress {
  setupStep(step: SetupStep): void;
  imageStep(step: ImageStep): void;
  note(line: string): void;
  close(): void;
}

const WORDS: Record<ImageStep['action'], string> = {
  pull: 'pull image',
  build: 'build image',
  import: 'make image',
  'hand over': 'hand over',
};

/** `progress` is one to draw on; without it, one is made and closed with this. */
export function createSetupProgress(
  options: Omit<LiveViewOptions, 'now'>,
  progress: Progress = createProgress({ ...options, now: Date.now }),
): SetupProgress {
  // Steps come one after the other: one that has not ended when the next begins has failed, and the next is the way round.
  let current: { readonly name: string; readonly step: ProgressStep } | undefined;
  const show = (name: string, line: string | undefined, doneMs: number | undefined) => {
    if (current?.name !== name) {
      current?.step.fail('not available');
      current = { name, step: progress.step(name) };
    }
    if (line !== undefined) current.step.update(line);
    if (doneMs === undefined) return;
    current.step.done();
    current = undefined;
  };
  return {
    setupStep: ({ what, line, doneMs }) => show(what, line, doneMs),
    imageStep: ({ image, action, line, doneMs }) => show(`${WORDS[action]} ${image}`, line, doneMs),
    note: (line) => progress.note(line),
    close: () => progress.close(),
  };
}
