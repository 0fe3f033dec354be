export { CONTRACT_NOW_MS, STORE_CONTRACT, type StoreContractCase } from './store/contract-suite.ts';
