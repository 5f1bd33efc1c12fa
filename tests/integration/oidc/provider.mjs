// SPDX-License-Identifier: GPL-3.0-only
// A real OpenID provider on a free port of 127.0.0.1, for the tests. When it is ready it prints one JSON line
// {"issuer","control"} and nothing else on standard output; it ends when its standard input does.
//
// A person's choices come from the address that the browser is shown, for there is no page to press: the login hint is
// the account, `deny` as its prefix means that the person says no. Below `control`:
//   POST /rotate             the keys are replaced by new ones
//   POST /sign {header?, claims, alg?}   a token with any claims, signed by the provider's own key (alg none: unsigned)
//   GET  /counts             {"keys": how often the keys were fetched}
import { createServer } from 'node:http';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import Provider, { errors } from 'oidc-provider';
import { SignJWT, UnsecuredJWT, importJWK } from 'jose';

const accounts = {
    ines: { preferred_username: 'ines', name: 'Inés', email: 'ines@line.example', roles: ['line crew'] },
    olaf: { preferred_username: 'olaf', name: 'Olaf', email: 'olaf@line.example', roles: ['emperor'] },
};

function key(alg) {
    const made = {
        ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
        EdDSA: () => generateKeyPairSync('ed25519'),
        RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
        PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    }[alg]();
    return { ...made.privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg, use: 'sig' };
}

const secrets = { keys: [] };
let provider;
let issuer;
const counts = { keys: 0 };

// Audiences: …/api is what the gateway takes, …/other is not, …/short gives tokens for five seconds.
const lifetimes = { '/api': 300, '/other': 300, '/short': 5 };

function makeProvider() {
    secrets.keys = ['ES256', 'EdDSA', 'RS256', 'PS256'].map(key);
    const made = new Provider(issuer, {
        clients: [{
            client_id: 'signalbox',
            application_type: 'native',
            token_endpoint_auth_method: 'none',
            grant_types: ['authorization_code', 'refresh_token'],
            response_types: ['code'],
            redirect_uris: ['http://127.0.0.1/signed-in'],
            id_token_signed_response_alg: 'ES256',
        }],
        jwks: secrets,
        cookies: { keys: ['only', 'tests'] },
        pkce: { required: () => true, methods: ['S256'] },
        scopes: ['openid', 'offline_access', 'profile', 'email'],
        claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email'] },
        findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
        extraTokenClaims: (ctx, token) => accounts[token.accountId],
        interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
        ttl: { Session: 600, Grant: 600, Interaction: 600, RefreshToken: 600, IdToken: 300 },
        features: {
            devInteractions: { enabled: false },
            revocation: { enabled: true },
            rpInitiatedLogout: { enabled: true },
            resourceIndicators: {
                enabled: true,
                useGrantedResource: () => true,
                getResourceServerInfo: (ctx, resource) => {
                    const lifetime = lifetimes[new URL(resource).pathname];
                    if (!lifetime)
                        throw new errors.InvalidTarget('no such resource');
                    return {
                        scope: '', audience: resource, accessTokenFormat: 'jwt',
                        accessTokenTTL: lifetime, jwt: { sign: { alg: 'ES256' } },
                    };
                },
            },
        },
    });
    return made;
}

async function interact(request, response) {
    const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
    const hint = params.login_hint ?? 'ines';
    if (hint.startsWith('deny')) {
        await provider.interactionFinished(request, response,
            { error: 'access_denied', error_description: 'the person said no' });
        return;
    }
    if (prompt.name === 'login') {
        await provider.interactionFinished(request, response, { login: { accountId: hint } });
        return;
    }
    const grant = grantId ? await provider.Grant.find(grantId)
        : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    if (params.resource)
        grant.addResourceScope(params.resource, '');
    await provider.interactionFinished(request, response,
        { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}

async function bodyOf(request) {
    let text = '';
    for await (const part of request)
        text += part;
    return text ? JSON.parse(text) : {};
}

async function sign({ header = {}, claims, alg = 'ES256' }) {
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: issuer, sub: 'ines', aud: 'https://signalbox.example/api', iat: now, exp: now + 300, ...accounts.ines, ...claims };
    if (alg === 'none')
        return new UnsecuredJWT(all).encode();
    const secret = secrets.keys.find((one) => one.alg === alg);
    return new SignJWT(all).setProtectedHeader({ alg, kid: secret.kid, typ: 'at+jwt', ...header })
        .sign(await importJWK(secret, alg));
}

async function control(request, response) {
    let answer = {};
    if (request.url === '/rotate')
        provider = makeProvider();
    else if (request.url === '/sign')
        answer = { token: await sign(await bodyOf(request)) };
    else
        answer = counts;
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(answer));
}

function serve(handle) {
    const server = createServer((request, response) => {
        Promise.resolve(handle(request, response)).catch((error) => {
            process.stderr.write(`${request.method} ${request.url}: ${error.stack}\n`);
            response.statusCode = 500;
            response.end();
        });
    });
    return new Promise((done) => {
        server.listen(0, '127.0.0.1', () => done(`http://127.0.0.1:${server.address().port}`));
    });
}

issuer = await serve((request, response) => {
    if (request.url === '/jwks')
        counts.keys += 1;
    if (request.url.startsWith('/interaction/'))
        return interact(request, response);
    return provider.callback()(request, response);
});
provider = makeProvider();
const controlled = await serve(control);
process.stdin.on('end', () => process.exit(0)).resume();
process.stdout.write(`${JSON.stringify({ issuer, control: controlled })}\n`);
