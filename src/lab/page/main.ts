/** The lab's end inside the built app: what the command line calls through the browser. */
document.documentElement.dataset.lab = 'ready';
