// What people write under `access`, and under `grant` and `revoke` of a timeline entry.
import { z } from 'zod';
import { rights } from '../../../node-image/contract/access-rights.ts';
import { name } from '../text/names.ts';
import { duration } from '../text/quantities.ts';

const someRights = () =>
  z
    .array(z.enum(rights))
    .min(1, { error: 'is empty; write some of publish, read, fetch' })
    .max(rights.length)
    .refine((list) => new Set(list).size === list.length, { error: 'names one twice; write each once' });

const userSchema = z
  .strictObject({
    rights: z
      .array(z.enum(rights))
      .max(rights.length)
      .refine((list) => new Set(list).size === list.length, { error: 'names one twice; write each once' })
      .prefault([])
      .describe(
        '`publish` (store and delete records, publish events and transactions), `read` (them), `fetch` (list and download files). Default: none.',
      ),
  })
  .meta({ id: 'access-user', title: 'User', description: 'What a user may do at the start.' });

/** The most users of a scenario: each has a canary at every node. */
const MOST_USERS = 20;

export const accessSchema = z
  .strictObject({
    users: z
      .record(name(), userSchema)
      .refine((users) => Object.keys(users).length > 0, { error: 'has no user; write at least one' })
      .refine((users) => Object.keys(users).length <= MOST_USERS, {
        error: `has more than ${MOST_USERS} users; write fewer`,
      })
      .describe('Users by name, at most 20.'),
    cache: duration({ max: '1h', example: '2s' })
      .prefault('2s')
      .describe(
        'How long servers and clients believe what they were told of a user, up to 1h; `0s`: they ask for each request. Peers keep no such answers.',
      ),
    news: z
      .enum(['push', 'poll'])
      .prefault('push')
      .describe(
        'How nodes hear of changes. `push`: the database tells servers, and peers tell each other by gossip. `poll`: servers ask again when `cache` is over, and peers learn of revocations when they compare with a neighbour, every 4 s. Clients always ask.',
      ),
    tokenLife: duration({ min: '1s', max: '168h', example: '1h' })
      .prefault('1h')
      .describe('How long tokens are good for, 1s to 168h.'),
    ignoredBy: z
      .array(name())
      .max(100)
      .prefault([])
      .describe('Groups of peers that ignore the policy: they serve everybody and believe every message.'),
    canaries: z
      .int()
      .min(10)
      .max(100)
      .prefault(10)
      .describe(
        'Requests that a canary sends to each node in a second, 10 to 100, for each user whose rights change; for others it sends 2.',
      ),
  })
  .meta({
    id: 'access',
    title: 'Access',
    description:
      "Users with rights, which Topolab's own servers, clients and peers check, and canaries that measure what is served and refused.",
  });

export const grantSchema = z
  .strictObject({
    user: name().describe('The user.'),
    rights: someRights().describe('The rights that the user gets in addition.'),
  })
  .meta({ id: 'grant', title: 'Grant', description: 'Give a user rights.' });

export const revokeSchema = z
  .strictObject({
    user: name().describe('The user.'),
    rights: someRights()
      .optional()
      .describe('The rights that the user loses. Default: all that the user has.'),
    token: z
      .literal(true)
      .optional()
      .describe(
        'Only the token that the user has now, as after a theft: the user gets another one and keeps the rights.',
      ),
  })
  .superRefine((revoke, context) => {
    if (revoke.token === undefined || revoke.rights === undefined) return;
    const message = 'stands beside `token`, which leaves all rights as they are; write one of them';
    context.addIssue({ code: 'custom', path: ['rights'], message });
  })
  .meta({ id: 'revoke', title: 'Revoke', description: "Take a user's rights away, or a token." });

export type CheckedAccess = z.output<typeof accessSchema>;
export type CheckedGrant = z.output<typeof grantSchema>;
export type CheckedRevoke = z.output<typeof revokeSchema>;
