// Fields for paths: beside the scenario file, in a node, on an HTTP server.
import { z } from 'zod';
import { isPrintable } from '../../printable.ts';
import { shown } from './shown.ts';

/** A path relative to the scenario file. `what` is what stands there: `a k6 script`. */
export function filePath(what: string) {
  return z
    .string({
      error: ({ input }) =>
        input === undefined
          ? `is missing; write the path of ${what}, relative to the scenario file`
          : undefined,
    })
    .min(1)
    .max(4096);
}

const OF_THE_KERNEL = ['proc', 'sys', 'dev'];

/** A folder of a node: an absolute path of plain characters. */
export function containerFolder() {
  return z
    .string()
    .max(200)
    .regex(/^\/[\w./-]*\w$/, {
      error: ({ input }) => `${shown(input)} is no folder of a node; write for example /var/lib/data`,
    })
    .refine((path) => !path.split('/').some((part) => part === '.' || part === '..'), {
      error: 'has a part that is . or ..; write where it leads to',
    })
    .refine((path) => !OF_THE_KERNEL.includes(path.split('/').find((part) => part !== '') ?? ''), {
      error: 'belongs to the kernel; write for example /var/lib/data',
    });
}

/** Linux takes no longer one. */
const LONGEST_PATH = 4095;

/** An absolute path of a file or folder in a node. */
export function containerPath() {
  const part = (path: string) => path.split('/').filter((each) => each !== '');
  return z
    .string()
    .max(LONGEST_PATH)
    .refine((path) => path.startsWith('/') && part(path).length > 0 && isPrintable(path), {
      error: ({ input }) => `${shown(input)} is no path in a node; write for example /etc/app/app.conf`,
    })
    .refine((path) => !part(path).some((each) => each === '.' || each === '..'), {
      error: 'has a part that is . or ..; write where it leads to',
    })
    .refine((path) => !OF_THE_KERNEL.includes(part(path)[0] ?? ''), {
      error: 'belongs to the kernel; write for example /etc/app/app.conf',
    })
    .overwrite((path) => `/${part(path).join('/')}`);
}

/** A path on an HTTP server. */
export function urlPath() {
  return z
    .string()
    .regex(/^\/\S*$/, { error: ({ input }) => `${shown(input)} is not a path; write for example /ready` });
}
