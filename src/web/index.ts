/**
 * HTTP: what arrives, who may ask, and the pages and JSON that come back.
 *
 * It knows no SQL, no policy and no proof: it asks signin for the next step and draws it, gives the protocol's pages
 * their looks, and leaves everything else to the OpenID provider. Only app.ts calls it. What must stay true: addresses
 * are built from the configured issuer, every form is checked for where it came from, no page holds inline script or
 * style, and what went wrong inside is never told outside.
 */
export { createWebApp, type WebNeeds } from './app.ts';
export { createAssets } from './assets.ts';
export { type Brand, brandStyle } from './branding.ts';
export { createClientAddress } from './client-ip.ts';
export { createLanguages, type Languages } from './languages.ts';
export { type Metric, startMetrics } from './metrics.ts';
export { type AppFace, createPages, type Faces } from './pages.ts';
export { createProtocolPages } from './protocol-pages.ts';
export { createViews } from './views.ts';
