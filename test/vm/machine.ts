// A small machine with Debian's kernel, which has netem: built from the kernel's package and this host's own programs, run by QEMU without any
// help of the hardware. It has no disk and no network; what it prints is what comes of it.
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const here = import.meta.dirname;
/** In the order in which they are to be loaded. */
const modules = ['sch_htb', 'sch_netem', 'ifb', 'sch_tbf', 'act_mirred', 'cls_u32', 'sch_ingress', 'veth'];
const programs = { '/sbin/tc': 'tc', '/sbin/ip': 'ip', '/bin/python3': '/usr/bin/python3' } as const;
const runsAtMostMs = 15 * 60_000;

/** Builds the machine, runs it with these scripts as /links, and gives the lines that it printed. `log` hears them as they come. */
export async function runMachine(
  links: Readonly<Record<string, string>>,
  log: (text: string) => void,
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'topolab-vm-'));
  try {
    const kernel = unpackPackages(folder);
    const initrd = makeInitrd(folder, kernel.modules, links);
    return await boot(kernel.image, initrd, log);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function unpackPackages(folder: string): { readonly image: string; readonly modules: string } {
  const dependencies = run(folder, 'apt-cache', 'depends', 'linux-image-cloud-amd64');
  const [, kernel] = /Depends: (linux-image-\S+)/.exec(dependencies) ?? [];
  if (kernel === undefined)
    throw new Error('apt knows no linux-image-cloud-amd64: Debian on amd64 is needed');
  run(folder, 'apt-get', '-o', 'APT::Sandbox::User=root', 'download', kernel, 'busybox-static');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb')))
    run(folder, 'dpkg-deb', '-x', file, '.');
  const version = kernel.replace('linux-image-', '');
  return { image: join(folder, 'boot', `vmlinuz-${version}`), modules: join(folder, 'lib/modules', version) };
}

function makeInitrd(folder: string, modulesFolder: string, links: Readonly<Record<string, string>>): string {
  const root = join(folder, 'root');
  for (const part of ['bin', 'sbin', 'proc', 'sys', 'dev', 'tmp', 'modules', 'links', 'usr/lib'])
    mkdirSync(join(root, part), { recursive: true });
  copyFileSync(join(folder, 'bin/busybox'), join(root, 'bin/busybox'));
  for (const [place, program] of Object.entries(programs)) copyProgram(root, place, program);
  const python = run(folder, '/usr/bin/python3', '-c', 'import os; print(os.__file__)').trim();
  cpSync(dirname(python), join(root, dirname(python)), {
    recursive: true,
    filter: (path) => !/\/(test|idlelib|tkinter|lib2to3|__pycache__|dist-packages)$/.test(path),
  });
  for (const name of modules)
    cpSync(
      run(folder, 'find', modulesFolder, '-name', `${name}.ko`).trim(),
      join(root, 'modules', `${name}.ko`),
    );
  writeFileSync(join(root, 'modules/order'), modules.join('\n'));
  for (const [name, script] of Object.entries(links))
    writeFileSync(join(root, 'links', `${name}.sh`), script);
  copyFileSync(join(here, 'measure.py'), join(root, 'measure.py'));
  copyFileSync(join(here, 'init.sh'), join(root, 'init'));
  chmodSync(join(root, 'init'), 0o755);
  run(root, 'sh', '-c', 'find . | ../bin/busybox cpio -o -H newc 2>/dev/null | gzip -1 > ../initrd.gz');
  return join(folder, 'initrd.gz');
}

/** With every library that it is linked to. */
function copyProgram(root: string, place: string, program: string): void {
  const [path = program] = run(root, 'sh', '-c', `command -v ${program}`).split('\n');
  copyFileSync(path, join(root, place));
  for (const [library] of run(root, 'ldd', path).matchAll(/\/\S+/g)) {
    mkdirSync(join(root, dirname(library)), { recursive: true });
    copyFileSync(library, join(root, library));
  }
}

async function boot(image: string, initrd: string, log: (text: string) => void): Promise<string[]> {
  const processor = ['-accel', 'tcg', '-cpu', 'max,la57=off,pmu=off', '-smp', '1', '-m', '1500'];
  const words = 'console=ttyS0 rdinit=/init quiet nowatchdog mitigations=off';
  const system = [
    '-kernel',
    image,
    '-initrd',
    initrd,
    '-append',
    words,
    '-nographic',
    '-no-reboot',
    '-nic',
    'none',
  ];
  const machine = spawn('qemu-system-x86_64', [...processor, ...system], {
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: AbortSignal.timeout(runsAtMostMs),
  });
  let printed = '';
  machine.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    log(chunk.toString());
  });
  await new Promise<void>((resolve, reject) => {
    machine.once('error', reject);
    machine.once('close', () => resolve());
  });
  return printed.split(/\r?\n/);
}

function run(folder: string, program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}
