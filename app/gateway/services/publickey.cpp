// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/publickey.h"

#include "app/gateway/services/opensslowned.h"

#include <algorithm>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

namespace signalbox::gateway {

namespace {

constexpr int leastRsaBits = 2048;
constexpr int mostRsaBits = 8192; ///< a larger one only costs time
constexpr std::size_t coordinateBytes = 32;

const unsigned char *bytesOf(std::string_view text)
{
    return reinterpret_cast<const unsigned char *>(text.data());
}

Owned<BIGNUM> number(std::string_view bytes)
{
    return Owned<BIGNUM>(BN_bin2bn(bytesOf(bytes), static_cast<int>(bytes.size()), nullptr));
}

/// What was built so far as a key of `type`; nullptr when OpenSSL finds it impossible.
Owned<EVP_PKEY> made(const char *type, OSSL_PARAM_BLD *builder)
{
    const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder));
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY *key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1
        || EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
        return nullptr;
    Owned<EVP_PKEY> owned(key);
    const Owned<EVP_PKEY_CTX> check(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    return check && EVP_PKEY_public_check(check.get()) == 1 ? std::move(owned) : nullptr;
}

using Made = Expected<Owned<EVP_PKEY>, std::string>;

Made rsaKey(const schema::JsonWebKey &key)
{
    const auto n = schema::fromBase64Url(key.modulus);
    const auto e = schema::fromBase64Url(key.exponent);
    if (!n || !e || n->empty() || e->empty() || e->size() > 8)
        return unexpected(std::string("n or e cannot be read"));
    const auto modulus = number(*n);
    const auto exponent = number(*e);
    const int bits = modulus ? BN_num_bits(modulus.get()) : 0;
    if (bits < leastRsaBits || bits > mostRsaBits)
        return unexpected("RSA of " + std::to_string(bits) + " bits, "
            + std::to_string(leastRsaBits) + " to " + std::to_string(mostRsaBits)
            + " are accepted");
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    if (!builder || !exponent
        || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1
        || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1)
        return unexpected(std::string("out of memory"));
    return made("RSA", builder.get());
}

Made ecKey(const schema::JsonWebKey &key)
{
    const auto x = schema::fromBase64Url(key.x);
    const auto y = schema::fromBase64Url(key.y);
    if (key.curve != "P-256")
        return unexpected("curve '" + key.curve + "', P-256 is accepted");
    if (!x || !y || x->size() != coordinateBytes || y->size() != coordinateBytes)
        return unexpected(std::string("x or y cannot be read"));
    const std::string point = '\4' + *x + *y; // uncompressed
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    if (!builder
        || OSSL_PARAM_BLD_push_utf8_string(
               builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0)
            != 1
        || OSSL_PARAM_BLD_push_octet_string(
               builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size())
            != 1)
        return unexpected(std::string("out of memory"));
    return made("EC", builder.get());
}

Made edwardsKey(const schema::JsonWebKey &key)
{
    const auto x = schema::fromBase64Url(key.x);
    if (key.curve != "Ed25519")
        return unexpected("curve '" + key.curve + "', Ed25519 is accepted");
    if (!x || x->size() != coordinateBytes)
        return unexpected(std::string("x cannot be read"));
    return Owned<EVP_PKEY>(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytesOf(*x), x->size()));
}

Made keyOf(const schema::JsonWebKey &key)
{
    if (key.type == "RSA")
        return rsaKey(key);
    if (key.type == "EC")
        return ecKey(key);
    if (key.type == "OKP")
        return edwardsKey(key);
    return unexpected("type '" + key.type + "' is not accepted");
}

/// JOSE writes r and s side by side, OpenSSL wants them in DER.
std::string derOf(std::string_view signature)
{
    if (signature.size() != 2 * coordinateBytes)
        return {};
    auto r = number(signature.substr(0, coordinateBytes));
    auto s = number(signature.substr(coordinateBytes));
    const Owned<ECDSA_SIG> pair(ECDSA_SIG_new());
    if (!r || !s || !pair || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1)
        return {};
    static_cast<void>(r.release()); // they are the pair's now
    static_cast<void>(s.release());
    unsigned char *der = nullptr;
    const int size = i2d_ECDSA_SIG(pair.get(), &der);
    if (size <= 0)
        return {};
    std::string text(reinterpret_cast<char *>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return text;
}

} // namespace

Expected<PublicKey, std::string> PublicKey::from(const schema::JsonWebKey &key)
{
    if (!key.use.empty() && key.use != "sig")
        return unexpected("meant for '" + key.use + "'");
    if (!key.operations.empty()
        && std::find(key.operations.begin(), key.operations.end(), "verify")
            == key.operations.end())
        return unexpected(std::string("not meant to verify"));
    auto native = keyOf(key);
    ERR_clear_error();
    if (!native)
        return unexpected(native.error());
    if (!*native)
        return unexpected(std::string("not a valid key"));
    PublicKey made;
    made.m_key = std::shared_ptr<EVP_PKEY>(native->release(), OpenSslFree());
    made.m_id = key.id;
    made.m_type = key.type;
    made.m_algorithm = key.algorithm;
    return made;
}

bool PublicKey::fits(std::string_view algorithm) const
{
    if (!m_algorithm.empty() && m_algorithm != algorithm)
        return false;
    if (m_type == "RSA")
        return algorithm == "RS256" || algorithm == "PS256";
    if (m_type == "EC")
        return algorithm == "ES256";
    return m_type == "OKP" && algorithm == "EdDSA";
}

bool PublicKey::verifies(
    std::string_view algorithm, std::string_view covered, std::string_view signature) const
{
    if (!fits(algorithm))
        return false;
    const std::string der = algorithm == "ES256" ? derOf(signature) : std::string();
    const std::string_view given = algorithm == "ES256" ? std::string_view(der) : signature;
    const EVP_MD *digest = algorithm == "EdDSA" ? nullptr : EVP_sha256();
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX *settings = nullptr;
    bool fine = context
        && EVP_DigestVerifyInit(context.get(), &settings, digest, nullptr, m_key.get()) == 1;
    if (fine && algorithm == "PS256")
        fine = EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) == 1;
    fine = fine && !given.empty()
        && EVP_DigestVerify(
               context.get(), bytesOf(given), given.size(), bytesOf(covered), covered.size())
            == 1;
    ERR_clear_error(); // what a bad signature left behind is nobody else's error
    return fine;
}

} // namespace signalbox::gateway
