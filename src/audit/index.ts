/**
 * What happened, append-only: the closed list of events, and the recorder that writes them.
 *
 * It does not watch anything and decides nothing: whoever changes something says so. Called by accounts, signin, oidc
 * and management; read by insights and the console through the store. What must stay true: no event holds a secret, a
 * code, a token, or the address of somebody unknown; an event of a change is in the change's own transaction; an event
 * of a sign-in is written before the answer leaves, together with others of its moment.
 */
export type { AuditData, AuditEvent, AuditType } from './events.ts';
export { createRecorder, type Recorder, type RecorderNeeds } from './recorder.ts';
