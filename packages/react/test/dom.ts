// React looks for a page when it is imported, so this is imported first.
import { Window } from 'happy-dom';

const window = new Window();
Object.assign(globalThis, {
  window,
  document: window.document,
  addEventListener: window.addEventListener.bind(window),
  IS_REACT_ACT_ENVIRONMENT: true,
});
