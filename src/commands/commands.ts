import { clientList, initialAccessToken } from './clients.ts';
import type { Command } from './command.ts';
import { doctor } from './doctor.ts';
import { explainDecision } from './explain.ts';
import { apply, exportFile, migrate, plan } from './files.ts';
import { groupAdd, groupMembers, groupRemove } from './groups.ts';
import { keysList, keysRotate } from './keys.ts';
import { policyHistory, policyLint, policyList, policyTest } from './policies.ts';
import { userAccessPass, userChanges, userList, userShow } from './users.ts';
import { policyWhatIf } from './what-if.ts';

/** The list, in the order of the help. Adding a command is a line here. */
export const commands: readonly Command[] = [
  ...[migrate, plan, apply, exportFile],
  ...[policyList, policyHistory, policyLint, policyTest, policyWhatIf, explainDecision],
  ...[userList, userShow, ...userChanges, userAccessPass],
  ...[groupAdd, groupRemove, groupMembers],
  ...[clientList, initialAccessToken, keysList, keysRotate],
  doctor,
];
