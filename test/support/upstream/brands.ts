import { startFacebook, startGithub } from './brands-oauth2.ts';
import { startApple, startGoogle, startMicrosoft } from './brands-oidc.ts';

/** Every brand there is a preset for, by its type. */
export const brands = {
  google: startGoogle,
  microsoft: startMicrosoft,
  apple: startApple,
  facebook: startFacebook,
  github: startGithub,
};
