// SPDX-License-Identifier: GPL-3.0-only
// Reading from an issuer, over TLS that has to prove itself. The server speaks plain OpenSSL here.
#include "app/gateway/http/fetch.h"
#include "tests/support/gatewayprocess.h"

#include <arpa/inet.h>
#include <fstream>
#include <future>
#include <gtest/gtest.h>
#include <mutex>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;

/// A certificate for `name` that vouches for itself.
struct Certificate {
    EVP_PKEY *key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
    X509 *certificate = X509_new();

    explicit Certificate(const std::string &name)
    {
        X509_set_version(certificate, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
        X509_set_pubkey(certificate, key);
        X509_NAME *subject = X509_get_subject_name(certificate);
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
            reinterpret_cast<const unsigned char *>("test"), -1, -1, 0);
        X509_set_issuer_name(certificate, subject);
        const std::string alternative = "DNS:" + name;
        X509_EXTENSION *extension =
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative.c_str());
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
        X509_sign(certificate, key, EVP_sha256());
    }
    ~Certificate()
    {
        X509_free(certificate);
        EVP_PKEY_free(key);
    }
    Certificate(const Certificate &) = delete;
    Certificate &operator=(const Certificate &) = delete;
    void write(const std::string &path) const
    {
        FILE *file = std::fopen(path.c_str(), "w");
        PEM_write_X509(file, certificate);
        std::fclose(file);
    }
};

/// Answers every connection on a port of 127.0.0.1 with the same bytes; "" = with silence.
class FetchedServer {
public:
    explicit FetchedServer(std::string answer, const Certificate *certificate = nullptr)
        : m_answer(std::move(answer))
    {
        if (certificate) {
            m_tls = SSL_CTX_new(TLS_server_method());
            SSL_CTX_use_certificate(m_tls, certificate->certificate);
            SSL_CTX_use_PrivateKey(m_tls, certificate->key);
        }
        m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(m_socket, reinterpret_cast<sockaddr *>(&address), size);
        ::getsockname(m_socket, reinterpret_cast<sockaddr *>(&address), &size);
        ::listen(m_socket, 8);
        m_port = ntohs(address.sin_port);
        m_thread = std::thread([this] { serve(); });
    }
    ~FetchedServer()
    {
        ::shutdown(m_socket, SHUT_RDWR);
        m_thread.join();
        ::close(m_socket);
        SSL_CTX_free(m_tls);
    }
    FetchedServer(const FetchedServer &) = delete;
    FetchedServer &operator=(const FetchedServer &) = delete;
    [[nodiscard]] std::string url(const std::string &scheme, const std::string &host) const
    {
        return scheme + "://" + host + ":" + std::to_string(m_port) + "/doc?a=b";
    }
    /// The last request's head.
    std::string asked()
    {
        const std::lock_guard lock(m_mutex);
        return m_asked;
    }

private:
    void serve()
    {
        for (;;) {
            const int connection = ::accept(m_socket, nullptr, nullptr);
            if (connection < 0)
                return;
            SSL *tls = m_tls ? SSL_new(m_tls) : nullptr;
            if (tls)
                SSL_set_fd(tls, connection);
            if (!tls || SSL_accept(tls) == 1)
                talk(tls, connection);
            SSL_free(tls);
            ::close(connection);
        }
    }
    void talk(SSL *tls, int connection)
    {
        char buffer[4096];
        std::string head;
        while (head.find("\r\n\r\n") == std::string::npos) {
            const ssize_t read = tls ? SSL_read(tls, buffer, sizeof buffer)
                                     : ::recv(connection, buffer, sizeof buffer, 0);
            if (read <= 0)
                return;
            head.append(buffer, static_cast<std::size_t>(read));
        }
        {
            const std::lock_guard lock(m_mutex);
            m_asked = head;
        }
        if (m_answer.empty()) { // until the other side gives up
            static_cast<void>(::recv(connection, buffer, sizeof buffer, 0));
            return;
        }
        if (tls)
            SSL_write(tls, m_answer.data(), static_cast<int>(m_answer.size()));
        else
            static_cast<void>(::send(connection, m_answer.data(), m_answer.size(), MSG_NOSIGNAL));
    }

    const std::string m_answer;
    std::mutex m_mutex;
    std::string m_asked;
    SSL_CTX *m_tls = nullptr;
    int m_socket = -1;
    int m_port = 0;
    std::thread m_thread;
};

std::string answerWith(const std::string &body)
{
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

Expected<std::string, std::string> fetched(
    const std::string &url, const std::string &authorities = {}, const FetchLimits &limits = {})
{
    const auto fetch = makeFetch(authorities, limits);
    EXPECT_TRUE(fetch) << fetch.error();
    return (*fetch)(url, std::stop_token());
}

TEST(Fetch, ReadsWhatAnAddressAnswers)
{
    FetchedServer server(answerWith("{\"a\":1}"));
    const auto body = fetched(server.url("http", "127.0.0.1"));
    ASSERT_TRUE(body) << body.error();
    EXPECT_EQ(*body, "{\"a\":1}");
    EXPECT_TRUE(server.asked().starts_with("GET /doc?a=b HTTP/1.1\r\n")) << server.asked();
}

TEST(Fetch, TrustsTheNamedAuthorityForItsNameOnly)
{
    const support::TemporaryFolder folder;
    const std::string file = folder.path() + "/ca.pem";
    const Certificate ours("localhost");
    ours.write(file);
    FetchedServer server(answerWith("safe"), &ours);
    const auto body = fetched(server.url("https", "localhost"), file);
    ASSERT_TRUE(body) << body.error();
    EXPECT_EQ(*body, "safe");
    const auto wrongName = fetched(server.url("https", "127.0.0.1"), file);
    ASSERT_FALSE(wrongName);
    EXPECT_NE(wrongName.error().find("TLS"), std::string::npos) << wrongName.error();
    const auto unknown = fetched(server.url("https", "localhost"));
    ASSERT_FALSE(unknown) << "the system does not know it";
    EXPECT_NE(unknown.error().find("TLS"), std::string::npos) << unknown.error();
    const Certificate other("localhost");
    other.write(file);
    EXPECT_FALSE(fetched(server.url("https", "localhost"), file));
}

TEST(Fetch, SaysWhyAFileIsNoAuthority)
{
    const support::TemporaryFolder folder;
    EXPECT_FALSE(makeFetch(folder.path() + "/none.pem"));
    std::ofstream(folder.path() + "/text.pem") << "no certificate\n";
    const auto fetch = makeFetch(folder.path() + "/text.pem");
    ASSERT_FALSE(fetch);
    EXPECT_NE(fetch.error().find("text.pem"), std::string::npos);
}

TEST(Fetch, FollowsNoRedirectAndTakesNoOtherStatus)
{
    FetchedServer server("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
                         "Content-Length: 0\r\n\r\n");
    const auto body = fetched(server.url("http", "127.0.0.1"));
    ASSERT_FALSE(body);
    EXPECT_NE(body.error().find("status 302"), std::string::npos);
}

TEST(Fetch, IsBoundedInSizeAndTime)
{
    FetchLimits limits;
    limits.bodyBytes = 100;
    limits.time = 300ms;
    FetchedServer large(answerWith(std::string(101, 'x')));
    EXPECT_FALSE(fetched(large.url("http", "127.0.0.1"), "", limits));
    FetchedServer silent("");
    const auto body = fetched(silent.url("http", "127.0.0.1"), "", limits);
    ASSERT_FALSE(body);
    EXPECT_NE(body.error().find("no answer within 300 ms"), std::string::npos) << body.error();
}

TEST(Fetch, EndsWhenItIsToldTo)
{
    FetchedServer silent("");
    FetchLimits limits;
    limits.time = 1h;
    const auto fetch = makeFetch("", limits);
    std::stop_source stop;
    std::thread ends([&] { stop.request_stop(); });
    const auto body = (*fetch)(silent.url("http", "127.0.0.1"), stop.get_token());
    ends.join();
    ASSERT_FALSE(body);
    EXPECT_NE(body.error().find("stopped"), std::string::npos);
}

TEST(Fetch, AsksNothingOfWhatIsNoAddress)
{
    for (const char *url : { "", "ftp://a/", "http://", "http://u@a/", "http://a:x/",
             "http://a:123456/", "http://a/\r\nHost: b" })
        EXPECT_FALSE(fetched(url)) << url;
}

/// A Fetcher's answer, waited for.
Expected<FetchedPage, FetchFault> paged(Fetcher &fetcher, const std::string &url)
{
    std::promise<Expected<FetchedPage, FetchFault>> promise;
    auto told = promise.get_future();
    fetcher.get(
        url, [&](Expected<FetchedPage, FetchFault> page) { promise.set_value(std::move(page)); });
    return told.get();
}

TEST(Fetch, AFetcherTellsAnyStatusWithItsBody)
{
    FetchedServer server("HTTP/1.1 422 Unprocessable\r\nContent-Length: 3\r\n\r\nbad");
    const auto fetcher = Fetcher::make("", {});
    ASSERT_TRUE(fetcher);
    (*fetcher)->start();
    const auto page = paged(**fetcher, server.url("http", "127.0.0.1"));
    ASSERT_TRUE(page) << page.error().text;
    EXPECT_EQ(page->status, 422);
    EXPECT_EQ(page->body, "bad");
    FetchedServer strange("SSH-2.0-x\r\n\r\n");
    const auto odd = paged(**fetcher, strange.url("http", "127.0.0.1"));
    ASSERT_FALSE(odd);
    EXPECT_EQ(odd.error().kind, FetchFault::Kind::Answer) << odd.error().text;
}

TEST(Fetch, AFetcherTrustsTheNamedAuthorityOnly)
{
    const support::TemporaryFolder folder;
    const std::string file = folder.path() + "/ca.pem";
    const Certificate ours("localhost");
    ours.write(file);
    FetchedServer server(answerWith("safe"), &ours);
    const auto fetcher = Fetcher::make(file, {});
    ASSERT_TRUE(fetcher);
    (*fetcher)->start();
    const auto page = paged(**fetcher, server.url("https", "localhost"));
    ASSERT_TRUE(page) << page.error().text;
    EXPECT_EQ(page->body, "safe");
    const auto wrong = paged(**fetcher, server.url("https", "127.0.0.1"));
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().kind, FetchFault::Kind::Unreachable);
    EXPECT_FALSE(Fetcher::make(folder.path() + "/none.pem", {}));
}

TEST(Fetch, AFetcherAnswersWhatItNoLongerAsksAndWhatIsTooMuch)
{
    FetchedServer silent("");
    FetchLimits limits;
    limits.time = 1h;
    limits.atOnce = 1;
    const auto fetcher = Fetcher::make("", limits);
    ASSERT_TRUE(fetcher);
    const auto early = paged(**fetcher, silent.url("http", "127.0.0.1"));
    ASSERT_FALSE(early) << "not started";
    EXPECT_EQ(early.error().kind, FetchFault::Kind::Stopped);
    (*fetcher)->start();
    std::promise<FetchFault::Kind> promise;
    auto ended = promise.get_future();
    (*fetcher)->get(silent.url("http", "127.0.0.1"),
        [&](const auto &page) { promise.set_value(page.error().kind); });
    EXPECT_EQ(
        paged(**fetcher, silent.url("http", "127.0.0.1")).error().kind, FetchFault::Kind::Busy);
    (*fetcher)->stop();
    EXPECT_EQ(ended.get(), FetchFault::Kind::Stopped);
}

} // namespace
} // namespace signalbox::gateway
