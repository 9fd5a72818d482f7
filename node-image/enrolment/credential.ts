// What an enrolled node shows with each request: its name, and proof that somebody with the key has enrolled a node of that name.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** The header in which a node shows it. */
export const credentialHeader = 'topolab-credential';

export function credentialOf(node: string, key: string): string {
  return `${Buffer.from(node).toString('base64url')}.${proofOf(node, key).toString('base64url')}`;
}

/** The node whose credential this is; undefined where nobody with this key has made it. */
export function holderOf(credential: string, key: string): string | undefined {
  const [name = '', proof = ''] = credential.split('.');
  const node = Buffer.from(name, 'base64url').toString('utf8');
  const [shown, right] = [Buffer.from(proof, 'base64url'), proofOf(node, key)];
  return shown.length === right.length && timingSafeEqual(shown, right) ? node : undefined;
}

function proofOf(node: string, key: string): Buffer {
  return createHmac('sha256', key).update(`topolab enrolled ${node}`).digest();
}
