import { action } from './action.ts';
import { attribute } from './attribute.ts';
import { client } from './client.ts';
import { clientTag } from './client-tag.ts';
import { country } from './country.ts';
import { devicePlatform } from './device-platform.ts';
import { group } from './group.ts';
import { identityProvider } from './identity-provider.ts';
import { knownDevice } from './known-device.ts';
import { method } from './method.ts';
import { network } from './network.ts';
import { requestedAcr } from './requested-acr.ts';
import { signInRisk } from './sign-in-risk.ts';
import type { PolicyTest } from './test.ts';
import { time } from './time.ts';
import { user } from './user.ts';
import { userRisk } from './user-risk.ts';

/** Every test a condition may have. Adding one is a file and a line here. */
export const tests: readonly PolicyTest[] = [
  ...[client, clientTag, group, user, attribute, network, country, devicePlatform, knownDevice, method],
  ...[identityProvider, signInRisk, userRisk, action, requestedAcr, time],
];
