// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/issuerkey.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdexcept>
#include <vector>

namespace signalbox::support {

namespace {

using Json = nlohmann::ordered_json;

void must(bool worked)
{
    if (!worked)
        throw std::runtime_error("OpenSSL failed in a test");
}

std::shared_ptr<EVP_PKEY> owned(EVP_PKEY *key)
{
    must(key != nullptr);
    return { key, EVP_PKEY_free };
}

std::string number(const EVP_PKEY *key, const char *name, int width = 0)
{
    BIGNUM *value = nullptr;
    must(EVP_PKEY_get_bn_param(key, name, &value) == 1);
    std::vector<unsigned char> bytes(
        static_cast<std::size_t>(std::max(width, BN_num_bytes(value))));
    must(BN_bn2binpad(value, bytes.data(), static_cast<int>(bytes.size())) >= 0);
    BN_free(value);
    return toBase64Url({ reinterpret_cast<const char *>(bytes.data()), bytes.size() });
}

std::string joseOf(const std::string &der)
{
    const auto *at = reinterpret_cast<const unsigned char *>(der.data());
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), ECDSA_SIG_free);
    must(pair != nullptr);
    std::string bytes(64, '\0');
    auto *out = reinterpret_cast<unsigned char *>(bytes.data());
    must(BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, 32) == 32);
    must(BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + 32, 32) == 32);
    return bytes;
}

} // namespace

std::string toBase64Url(std::string_view bytes)
{
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char *>(text.data()),
        reinterpret_cast<const unsigned char *>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    while (text.ends_with('='))
        text.pop_back();
    for (char &c : text)
        c = c == '+' ? '-' : c == '/' ? '_' : c;
    return text;
}

IssuerKey IssuerKey::rsa(std::string kid, int bits)
{
    IssuerKey key;
    key.m_kid = std::move(kid);
    key.m_key = owned(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits)));
    return key;
}

IssuerKey IssuerKey::ec(std::string kid, const char *curve)
{
    IssuerKey key;
    key.m_kid = std::move(kid);
    key.m_key = owned(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve));
    return key;
}

IssuerKey IssuerKey::ed25519(std::string kid)
{
    IssuerKey key;
    key.m_kid = std::move(kid);
    key.m_key = owned(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    return key;
}

Json IssuerKey::jwk() const
{
    Json jwk { { "kid", m_kid }, { "use", "sig" } };
    switch (EVP_PKEY_get_base_id(m_key.get())) {
    case EVP_PKEY_RSA:
        jwk["kty"] = "RSA";
        jwk["n"] = number(m_key.get(), OSSL_PKEY_PARAM_RSA_N);
        jwk["e"] = number(m_key.get(), OSSL_PKEY_PARAM_RSA_E);
        break;
    case EVP_PKEY_EC:
        jwk["kty"] = "EC";
        jwk["crv"] = EVP_PKEY_get_bits(m_key.get()) == 256 ? "P-256" : "P-384";
        jwk["x"] = number(m_key.get(), OSSL_PKEY_PARAM_EC_PUB_X, 32);
        jwk["y"] = number(m_key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, 32);
        break;
    default: {
        std::string raw(32, '\0');
        std::size_t size = raw.size();
        must(EVP_PKEY_get_raw_public_key(
                 m_key.get(), reinterpret_cast<unsigned char *>(raw.data()), &size)
            == 1);
        jwk["kty"] = "OKP";
        jwk["crv"] = "Ed25519";
        jwk["x"] = toBase64Url(raw);
    }
    }
    return jwk;
}

std::string IssuerKey::publicPem() const
{
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
    must(PEM_write_bio_PUBKEY(bio.get(), m_key.get()) == 1);
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return { data, static_cast<std::size_t>(size) };
}

std::string IssuerKey::sign(std::string_view algorithm, std::string_view text) const
{
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(
        EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX *settings = nullptr;
    must(EVP_DigestSignInit(context.get(), &settings, algorithm == "EdDSA" ? nullptr : EVP_sha256(),
             nullptr, m_key.get())
        == 1);
    if (algorithm == "PS256")
        must(EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) == 1);
    const auto *bytes = reinterpret_cast<const unsigned char *>(text.data());
    std::size_t size = 0;
    must(EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) == 1);
    std::string signature(size, '\0');
    must(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(signature.data()), &size,
             bytes, text.size())
        == 1);
    signature.resize(size);
    return algorithm == "ES256" ? joseOf(signature) : signature;
}

std::string IssuerKey::token(
    const Json &header, const Json &claims, std::string_view algorithm) const
{
    const std::string text = toBase64Url(header.dump()) + '.' + toBase64Url(claims.dump());
    return text + '.' + toBase64Url(sign(algorithm, text));
}

std::string IssuerKey::token(const Json &claims, std::string_view algorithm) const
{
    return token({ { "alg", std::string(algorithm) }, { "typ", "at+jwt" }, { "kid", m_kid } },
        claims, algorithm);
}

} // namespace signalbox::support
