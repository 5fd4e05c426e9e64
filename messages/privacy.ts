import { catalogue } from '../src/wording/index.ts';

/** The page about privacy. */
export const words = /* @__PURE__ */ catalogue('privacy', {
  eraseTitle: 'Delete everything',
  eraseAbout:
    'This deletes all that this site keeps in this browser: careers, panels, training runs, models, the language model, the stored page and its service worker. Afterwards we ask the browser what is left.',
  eraseAsk: 'Delete everything this site keeps here…',
  eraseWarning: 'Delete everything? This cannot be undone. Only a file you saved earlier can bring it back.',
  eraseConfirm: 'Delete everything',
  eraseCancel: 'Keep it',
});
