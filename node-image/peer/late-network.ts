// The services of a network that is still being opened: users who ask meanwhile wait for it. A node is in its group's name from its first
// moment on, and loading the libraries takes a good part of a second, in which its users would be refused otherwise.
import type { EventService, RecordService, TransactionService } from '../user/user-service.ts';
import type { NetworkService } from '../network/network-service.ts';

export interface LateNetwork {
  readonly events: EventService;
  readonly records: RecordService;
  readonly transactions: TransactionService;
}

/** Every question waits for `opening`, and fails where it fails. */
export function lateNetwork(opening: Promise<NetworkService>): LateNetwork {
  return {
    events: {
      publish: async (message) => (await opening).events.publish(message),
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
