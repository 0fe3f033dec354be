export { listAddressedFiles, type AddressedFile } from './address/addressed-files.ts';
export { listMarkedPaths } from './address/marked-links.ts';
export { readRepositoryAddress } from './address/repository-address.ts';
export { isShipped } from './changesets/shipped-files.ts';
export { listPublishedPackages, type Manifest, type PublishedPackage } from './published-packages.ts';
