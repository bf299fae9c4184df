import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError, readInferConfig, readPreprocessConfig, readSettings, readStartConfig } from './index';

const uri = { MONGODB_URI: 'mongodb://127.0.0.1:27017/?directConnection=true' };

describe('configuration', () => {
  it('has defaults for everything but the database', () => {
    expect(readPreprocessConfig(uri)).toMatchObject({
      PORT: 5000,
      HOST: '127.0.0.1',
      MONGODB_DB: 'hs_resnet',
      LEASE_MS: 30_000,
    });
    expect(() => readPreprocessConfig({})).toThrow(/MONGODB_URI is not set/);
  });

  it('reports all errors together, with the value and what is expected', () => {
    const env = { MONGODB_URI: 'localhost', PORT: '99999', LEASE_MS: 'soon', NMS_IOU: '1.5' };
    const read = () => readInferConfig(env);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(
      /PORT is "99999"[\s\S]*MONGODB_URI is "localhost"[\s\S]*LEASE_MS is "soon"[\s\S]*NMS_IOU is "1\.5"/,
    );
  });

  it('states the expected range of numbers', () => {
    for (const PORT of ['abc', '65536', '-1', '1.5']) {
      expect(() => readSettings(['PORT'], { PORT })).toThrow(
        `PORT is "${PORT}": expected a whole number from 0 to 65535 (`,
      );
    }
    expect(() => readSettings(['NMS_IOU'], { NMS_IOU: 'x' })).toThrow(': expected a number from 0 to 1 (');
    expect(() => readPreprocessConfig({})).toThrow('MONGODB_URI is not set: expected mongodb://host:port/ (');
  });

  it('treats an empty variable as unset', () => {
    expect(readSettings(['PORT'], { PORT: '' }).PORT).toBe(5000);
    expect(readSettings(['SCORE_THRESHOLD'], { SCORE_THRESHOLD: '' }).SCORE_THRESHOLD).toBeUndefined();
  });

  it('resolves paths and parses numbers', () => {
    expect(
      readSettings(['VOLUME_DIR', 'SCORE_THRESHOLD'], { VOLUME_DIR: 'here', SCORE_THRESHOLD: '.3' }),
    ).toEqual({
      VOLUME_DIR: resolve('here'),
      SCORE_THRESHOLD: 0.3,
    });
  });

  it('reads the batch sizes as a list', () => {
    const read = (text: string) =>
      readSettings(['PREFERRED_BATCH_SIZE'], { PREFERRED_BATCH_SIZE: text }).PREFERRED_BATCH_SIZE;
    expect(read('4, 8')).toEqual([4, 8]);
    expect(read('')).toBeUndefined();
    for (const wrong of ['4;8', 'all', '4,', '0', '5000']) {
      expect(() => read(wrong)).toThrow(`PREFERRED_BATCH_SIZE is "${wrong}"`);
    }
  });

  it('reads the scaling settings', () => {
    expect(readPreprocessConfig(uri)).toMatchObject({ SCALER: 'manual', SCALE_MAX_REPLICAS: 20 });
    expect(readPreprocessConfig(uri).KUBE_NAMESPACE).toBeUndefined();
    const wrong = { ...uri, SCALER: 'both', SCALE_MAX_REPLICAS: '0', KUBE_NAMESPACE: 'My_Space' };
    expect(() => readPreprocessConfig(wrong)).toThrow(
      /SCALER is[\s\S]*SCALE_MAX_REPLICAS is[\s\S]*KUBE_NAMESPACE is/,
    );
  });

  it('finds the models of this repository', () => {
    const { MODELS_DIR, MODEL } = readInferConfig(uri);
    expect(existsSync(join(MODELS_DIR, `${MODEL}.json`))).toBe(true);
  });

  it('needs no database for npm start, except in production', () => {
    expect(readStartConfig({ DATA_DIR: '/tmp/d' })).toMatchObject({
      MONGODB_URI: undefined,
      VOLUME_DIR: '/tmp/d/volume',
    });
    expect(() => readStartConfig({ NODE_ENV: 'production', PORT: 'x' })).toThrow(
      /PORT is "x"[\s\S]*MONGODB_URI is not set/,
    );
    expect(() => readStartConfig({ MONGODB_URI: 'localhost', AVI_CODEC: 'divx' })).toThrow(
      /MONGODB_URI is[\s\S]*AVI_CODEC is/,
    );
  });

  it('rejects a minimum polling interval above the maximum', () => {
    expect(() => readPreprocessConfig({ ...uri, POLL_MIN_MS: '5000', POLL_MAX_MS: '100' })).toThrow(
      /POLL_MIN_MS is 5000/,
    );
  });

  describe('access', () => {
    const hash = 'ab'.repeat(32);
    const keysOf = (API_KEYS: string) => readSettings(['API_KEYS'], { API_KEYS }).API_KEYS;

    it('parses API keys', () => {
      expect(keysOf('')).toEqual([]);
      expect(keysOf(`alice:${hash}, ci_2-x:${hash.toUpperCase()}`)).toEqual([
        { name: 'alice', sha256: hash },
        { name: 'ci_2-x', sha256: hash },
      ]);
    });

    it.each(['alice', 'alice:secret', hash, `:${hash}`, `alice:${hash};bob:${hash}`, `a b:${hash}`])(
      'rejects the API keys %j without showing them',
      (text) => {
        expect(() => keysOf(text)).toThrow(/API_KEYS is not valid: expected name:hash/);
        expect(() => keysOf(text)).not.toThrow(text);
      },
    );

    it('requires distinct key names, and a service token with keys', () => {
      expect(() => keysOf(`a:${hash},a:${'cd'.repeat(32)}`)).toThrow(/a different name for every key/);
      const env = { ...uri, API_KEYS: `a:${hash}` };
      for (const read of [readPreprocessConfig, readInferConfig, readStartConfig]) {
        expect(() => read(env)).toThrow(/SERVICE_TOKEN is not set: with API_KEYS/);
        expect(() => read({ ...env, SERVICE_TOKEN: 'short' })).toThrow(
          /^Invalid settings:\n {2}SERVICE_TOKEN is not valid: expected 16 to 256 visible ASCII characters.*$/,
        );
        expect(read({ ...env, SERVICE_TOKEN: '0123456789abcdef' }).API_KEYS).toHaveLength(1);
      }
    });

    it.each(['/boxreel', '/tools/box-reel_2', '/~ann/v1.0'])('accepts the base path %j', (path) => {
      expect(readSettings(['BASE_PATH'], { BASE_PATH: path }).BASE_PATH).toBe(path);
    });

    it.each(['boxreel', '/', '/boxreel/', '//evil', '/a/../b', '/a b', '/a?b', '/a"b', '/api', '/static/x'])(
      'rejects the base path %j',
      (path) => {
        expect(() => readSettings(['BASE_PATH'], { BASE_PATH: path })).toThrow(
          /BASE_PATH is ".*": expected a path/,
        );
      },
    );

    it('has no base path by default', () => {
      expect(readSettings(['BASE_PATH'], {}).BASE_PATH).toBe('');
    });

    it('reads trusted proxies as a number or as addresses', () => {
      const proxies = (TRUST_PROXY: string) => readSettings(['TRUST_PROXY'], { TRUST_PROXY }).TRUST_PROXY;
      expect(proxies('')).toBeUndefined();
      expect(proxies('2')).toBe(2);
      expect(proxies('loopback, 10.0.0.0/8,fd00::/8, 192.0.2.1')).toEqual([
        'loopback',
        '10.0.0.0/8',
        'fd00::/8',
        '192.0.2.1',
      ]);
      for (const wrong of ['0', 'true', '10.0.0.0/33', '10.0.0.0/8/8', 'proxy.example', '1,2', 'loopback,']) {
        expect(() => proxies(wrong)).toThrow(`TRUST_PROXY is "${wrong}"`);
      }
    });
  });

  it('reads webhook secrets and allowed networks', () => {
    const read = (env: NodeJS.ProcessEnv) => readSettings(['WEBHOOK_SECRET', 'WEBHOOK_ALLOW_PRIVATE'], env);
    const key = Buffer.alloc(32, 7).toString('base64');
    expect(read({})).toEqual({ WEBHOOK_SECRET: [], WEBHOOK_ALLOW_PRIVATE: [] });
    const WEBHOOK_SECRET = `whsec_${key}, whsec_${Buffer.alloc(24).toString('base64')}`;
    expect(read({ WEBHOOK_SECRET }).WEBHOOK_SECRET).toHaveLength(2);
    for (const wrong of [key, 'whsec_', `whsec_${key.slice(0, 20)}`, `whsec_${key}!`, `whsec_${key},`]) {
      expect(() => read({ WEBHOOK_SECRET: wrong })).toThrow('WEBHOOK_SECRET is not valid: expected `whsec_`');
      expect(() => read({ WEBHOOK_SECRET: wrong })).not.toThrow(key.slice(0, 20));
    }
    const networks = (text: string) => read({ WEBHOOK_ALLOW_PRIVATE: text }).WEBHOOK_ALLOW_PRIVATE;
    expect([networks('all'), networks('10.1.0.0/16, ::1')]).toEqual(['all', ['10.1.0.0/16', '::1']]);
    for (const wrong of [
      '10.0.0.0/33',
      'intranet',
      'loopback',
      'fe80::1%lo',
      'all,10.0.0.0/8',
      '10.0.0.0/',
    ]) {
      expect(() => networks(wrong)).toThrow('WEBHOOK_ALLOW_PRIVATE is "');
    }
  });

  it('returns a frozen object', () => {
    const config = readSettings(['PORT'], {}) as { PORT: number };
    expect(() => (config.PORT = 1)).toThrow(TypeError);
  });
});
