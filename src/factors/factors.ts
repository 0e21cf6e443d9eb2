import { type AccessPassNeeds, accessPassFactor } from './access-pass.ts';
import { type EmailFactorNeeds, emailFactor } from './email-code.ts';
import type { Factor } from './factor.ts';
import { type RecoveryCodeNeeds, recoveryCodeFactor } from './recovery-code.ts';
import { type SmsFactorNeeds, smsFactor } from './sms.ts';
import { type TotpNeeds, totpFactor } from './totp.ts';
import { type WaitingPeriodNeeds, waitingPeriodFactor } from './waiting-period.ts';
import { type WebAuthnFactorNeeds, webauthnFactor } from './webauthn.ts';

export type FactorNeeds = WebAuthnFactorNeeds &
  TotpNeeds &
  SmsFactorNeeds &
  EmailFactorNeeds &
  RecoveryCodeNeeds &
  AccessPassNeeds &
  WaitingPeriodNeeds;

/** The list, the strongest first. Adding a factor is a file beside this one, and a line here. */
export function createFactors(needs: FactorNeeds): Factor[] {
  return [
    webauthnFactor(needs),
    totpFactor(needs),
    smsFactor(needs),
    emailFactor(needs),
    recoveryCodeFactor(needs),
    accessPassFactor(needs),
    waitingPeriodFactor(needs),
  ];
}
