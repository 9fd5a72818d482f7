// What commands say of where their containers run, and of getting ready for that.
import type { GeneratorPlace, Placement } from '../cluster/placement.ts';
import type { ImageStep } from '../images/image-provider.ts';
import type { Deployed } from '../run/needs/lay-out.ts';
import type { SetupStep } from '../setup/install-docker.ts';

/** Where long steps are shown. */
export interface SetupProgress {
  setupStep(step: SetupStep): void;
  imageStep(step: ImageStep): void;
  note(line: string): void;
}

/** What a command says of where its containers run. */
export interface EngineChoice {
  /** `docker`: the engine's own host. `swarm`: the hosts of the Swarm that the engine is a manager of. Default `docker`. */
  readonly engine?: 'docker' | 'swarm';
  /** Default `spread`. */
  readonly placement?: Placement;
  /** Where generators come to. Default: apart from nodes where all hosts together have room for that. */
  readonly generators?: GeneratorPlace;
}

/** What of a command's options that is. */
export function hostChoice({ engine, placement, generators }: EngineChoice): EngineChoice {
  return {
    ...(engine && { engine }),
    ...(placement && { placement }),
    ...(generators && { generators }),
  };
}

export interface PrepareOptions extends EngineChoice {
  /** Install and start Docker where none answers, and build images that cannot be pulled. */
  readonly setup: boolean;
  readonly progress: SetupProgress;
  readonly signal: AbortSignal;
}

export interface HostsOptions extends PrepareOptions {
  /** All that the command is going to deploy, one after the other: it is laid out alike. Default: nothing. */
  readonly deployed?: readonly Deployed[];
}
