// The tunnel's own program, bundled alone and handed to Node as text: it runs in Node's official image, which every host gets by itself,
// before there is a way to hand over images of ours. `relay HOST PORT` beside it joins standard input and output to another host's tunnel.
import { messageOf } from '../process/node-error.ts';
import { relay } from './relay.ts';
import { runTunnel } from './tunnel.ts';

// Behind `node -e` stand only the arguments.
const [, command, host = '', port = ''] = process.argv;

const running = command === 'relay' ? relay(host, Number(port)) : runTunnel(process.env);
running.catch((thrown: unknown) => {
  process.stderr.write(`${messageOf(thrown)}\n`);
  process.exit(1);
});
