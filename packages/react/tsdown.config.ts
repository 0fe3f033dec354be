import { definePackage } from '../../tsdown.base.ts';

// Frameworks that render on servers must know that hooks run in the browser.
export default { ...definePackage({ platform: 'neutral' }), banner: { js: "'use client';" } };
