import { describe, expect, it } from 'vitest';
import { parseRequestInfo } from '../../../src/server/request/request-info.ts';

const info = (method: string, target: string) => {
  const [path = '', query = ''] = target.split('?');
  return parseRequestInfo(method, path, new URLSearchParams(query));
};

const CONFIG_MAPS = '/api/v1/namespaces/shop/configmaps';

describe('the same path asked for again', () => {
  it.each([
    ['GET', CONFIG_MAPS, 'list'],
    ['HEAD', CONFIG_MAPS, 'list'],
    ['POST', CONFIG_MAPS, 'create'],
    ['DELETE', CONFIG_MAPS, 'deletecollection'],
    ['GET', `${CONFIG_MAPS}?watch=true`, 'watch'],
    ['GET', `${CONFIG_MAPS}?watch=false`, 'list'],
    ['GET', `${CONFIG_MAPS}/one`, 'get'],
    ['PUT', `${CONFIG_MAPS}/one`, 'update'],
    ['PATCH', `${CONFIG_MAPS}/one`, 'patch'],
    ['OPTIONS', `${CONFIG_MAPS}/one`, ''],
    ['GET', '/healthz', 'get'],
    ['POST', '/healthz', 'post'],
  ])('%s %s stays %s', (method, target, verb) => {
    for (let i = 0; i < 3; i++) expect(info(method, target)).toMatchObject({ verb, path: target.split('?')[0] });
  });

  it('does not take over the selectors of another request', () => {
    expect(info('GET', `${CONFIG_MAPS}?fieldSelector=metadata.name%3Done`)).toMatchObject({ name: 'one' });
    expect(info('GET', CONFIG_MAPS)).toMatchObject({ name: '' });
    expect(info('GET', CONFIG_MAPS)).not.toHaveProperty('fieldSelector');
  });
});
