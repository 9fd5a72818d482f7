import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { describeEngine } from './engine-contract.ts';

describeEngine('the Docker engine', () => connectDocker(), { quietMs: 3_000 });
