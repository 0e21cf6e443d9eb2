/**
 * The OpenID provider: the only room that knows the library it is built on.
 *
 * It validates protocol requests, keeps the library's models where they belong, stands guard in the library's loop
 * before anything is issued, and hands each round with a person (an interaction) to whoever draws it. It does not know
 * how people sign in, how pages look, or how configuration is kept: a directory of clients, a question to ask (`assess`)
 * and pages are given to it. What must stay true: whoever loses a race gets no answer with tokens in it, and a session
 * or grant that has ended never comes back.
 */
export type { BrowserSession, BrowserSessions } from './browser-sessions.ts';
export type { ApiEntry, ClientEntry, Directory } from './clients.ts';
export type { ConsentQuestion, Consents } from './consents.ts';
export type { Interaction, Interactions } from './interactions.ts';
export type { KeyRing, RotationTimes } from './key-ring.ts';
export type { ProvenLogin } from './login-result.ts';
export { createOidc, type Oidc, type OidcNeeds } from './oidc.ts';
export type { ClientFace, ProtocolForm, ProtocolPages, UserCodeProblem } from './pages.ts';
