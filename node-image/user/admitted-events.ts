// Events for one admitted user.
import type { Admission } from '../access/admission.ts';
import type { EventService } from './user-service.ts';

/** Every event is looked at with the eyes of the moment at which it goes out, and what is published carries who did it. */
export function admittedEvents(events: EventService, admission: Admission): EventService {
  return {
    publish: async (message) => events.publish(message, admission.token),
    after: async (query) => {
      const signal = AbortSignal.any([query.signal, admission.ended]);
      const page = await events.after({ ...query, signal });
      await admission.renew();
      return page;
    },
  };
}
