import { certificate } from '../certificates.ts';

const root = certificate({ name: 'Acme Root', ca: true });

function keyOf(name: string) {
  const { key, pem } = certificate({ name, issuer: root, rsa: true });
  return { key, certificate: pem.replace(/-----[A-Z ]+-----|\s/g, '') };
}

/** The provider's own key, which its metadata names, and one of somebody who would like to be it. */
export const certified = { own: keyOf('Acme'), stranger: keyOf('Stranger') };
