import { generateRegistrationOptions, type RegistrationResponseJSON, verifyRegistrationResponse } from '@simplewebauthn/server';
import { digest, type JsonObject } from '../base/index.ts';
import type { Authenticator } from '../store/index.ts';
import { descriptor, knownTransports, proofOf, readAnswer } from './webauthn-answer.ts';
import { isVouchedFor, withoutStatement } from './webauthn-attestation.ts';
import { ALGORITHMS, type Registered, TIMEOUT, type WebAuthnParts, type WebAuthnUser } from './webauthn-parts.ts';
