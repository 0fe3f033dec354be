export { CONTRACT_NOW_MS, type StoreContractCase } from './store/contract/store-contract-case.ts';
export { STORE_CONTRACT } from './store/contract/contract-suite.ts';
