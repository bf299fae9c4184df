/* Hands an image from the upload page to the image page, through IndexedDB: it also works without HTTPS. */

const DATABASE = 'boxreel-image';
const STORE = 'images';
const KEY = 'chosen';

/** Ends the address of the image page when an image is stored for it. */
export const STORED = '#stored';

/**
 * Stores an image for the image page, in place of the one before.
 * @param {File} image
 */
export async function storeImage(image) {
  await withStore((store) => store.put(image, KEY));
}

/**
 * Removes the stored image.
 * @returns {Promise<File | undefined>}
 */
export function takeImage() {
  return withStore((store) => {
    const stored = store.get(KEY);
    store.delete(KEY);
    return stored;
  });
}

/**
 * @template T
 * @param {(store: IDBObjectStore) => IDBRequest<T>} use
 * @returns {Promise<T>} once the result is on disk
 */
async function withStore(use) {
  const opening = indexedDB.open(DATABASE);
  opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(STORE));
  await new Promise((resolve, reject) => {
    opening.addEventListener('success', resolve);
    opening.addEventListener('error', () => reject(opening.error));
  });
  const database = opening.result;
  try {
    const transaction = database.transaction(STORE, 'readwrite');
    const request = use(transaction.objectStore(STORE));
    await new Promise((resolve, reject) => {
      transaction.addEventListener('complete', resolve);
      transaction.addEventListener('abort', () => reject(transaction.error));
    });
    return request.result;
  } finally {
    database.close();
  }
}
