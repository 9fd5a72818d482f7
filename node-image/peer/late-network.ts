// The services of a network that is still being opened: users who ask meanwhile wait for it. A node is in its group's name from its first
// moment on, and loading the libraries takes a good part of a second, in which its users would be refused otherwise.
import type { RightsSource } from '../access/rights-source.ts';
import type { EventService, RecordService, TransactionService } from '../user/user-service.ts';
import type { NetworkService } from '../network/network-service.ts';

export interface LateNetwork {
  readonly events: EventService;
  readonly records: RecordService;
  readonly transactions: TransactionService;
  /** Only for a network whose users have rights. */
  readonly rights: RightsSource;
}

/** Every question waits for `opening`, and fails where it fails. */
export function lateNetwork(opening: Promise<NetworkService>): LateNetwork {
  const rights = opening.then(
    (network) => network.rights ?? Promise.reject(new Error('users have no rights')),
  );
  // Whoever asks hears of it.
  rights.catch(() => undefined);
  return {
    rights: {
      allows: async (capability, right) => (await rights).allows(capability, right),
      rightsNow: async (capability) => (await rights).rightsNow(capability),
      change: async (change, signed) => (await rights).change(change, signed),
      onChange: (changed) =>
        void rights.then(
          (source) => source.onChange(changed),
          () => undefined,
        ),
    },
    events: {
      publish: async (message, token) => (await opening).events.publish(message, token),
      after: async (query) => (await opening).events.after(query),
    },
    records: {
      put: async (id, record) => (await opening).records.put(id, record),
      get: async (id) => (await opening).records.get(id),
      delete: async (id) => (await opening).records.delete(id),
    },
    transactions: {
      submit: async (payload) => (await opening).transactions.submit(payload),
      get: async (id) => (await opening).transactions.get(id),
      digest: async () => (await opening).transactions.digest(),
    },
  };
}
