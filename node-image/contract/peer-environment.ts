// What `topolab-node peer` is told.
import { accessSettings } from './access-settings.ts';
import {
  enrolmentKey,
  everyNode,
  fileSharing,
  invitation,
  networking,
  services,
} from './common-variables.ts';
import { text } from './variables.ts';
import { environment } from './environment.ts';

export const peerEnvironment = environment({
  ...everyNode,
  access: accessSettings('ACCESS'),
  services,
  ...fileSharing,
  ...networking,
  /** Of its own user, who may invite others here. */
  enrolmentKey,
  invitation,
  /** `http://peers-1:8080`: the member who has invited it. */
  invitedBy: text('INVITED_BY'),
});
