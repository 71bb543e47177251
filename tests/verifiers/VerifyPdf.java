// Verifies every signature and document time stamp of a PDF with PDFBox and BouncyCastle.
//
//   java VerifyPdf FILE ROOT.pem [ROOT.pem …]
//
// Each signature: the bytes outside its value, its CMS, the time stamp inside it, and a chain to one of the roots at the
// time of that time stamp (now, where there is none). Exit 0 only if there is one at least and all of them hold.

import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.MessageDigest;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.util.Store;

@SuppressWarnings("unchecked")
public final class VerifyPdf {
    private final Set<TrustAnchor> anchors = new HashSet<>();
    private final JcaX509CertificateConverter converter = new JcaX509CertificateConverter();

    public static void main(String[] arguments) throws Exception {
        VerifyPdf verifier = new VerifyPdf();
        for (int number = 1; number < arguments.length; number++) {
            verifier.trust(arguments[number]);
        }
        System.exit(verifier.holds(Files.readAllBytes(Paths.get(arguments[0]))) ? 0 : 1);
    }

    private void trust(String file) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        try (InputStream stream = new FileInputStream(file)) {
            for (java.security.cert.Certificate each : factory.generateCertificates(stream)) {
                anchors.add(new TrustAnchor((X509Certificate) each, null));
            }
        }
    }

    private boolean holds(byte[] pdf) {
        int good = 0;
        int bad = 0;
        try (PDDocument document = PDDocument.load(pdf)) {
            for (PDSignature each : document.getSignatureDictionaries()) {
                String why = fault(each, pdf);
                System.out.println((why.isEmpty() ? "OK " : "BAD ") + each.getSubFilter() + " " + why);
                good += why.isEmpty() ? 1 : 0;
                bad += why.isEmpty() ? 0 : 1;
            }
        } catch (Exception error) {
            System.out.println("BAD file " + error);
            return false;
        }
        return good > 0 && bad == 0;
    }

    /** What is wrong with one signature; empty where nothing is. */
    private String fault(PDSignature signature, byte[] pdf) {
        try {
            if (!leavesOutItsValueOnly(signature, pdf)) {
                return "the range leaves out more than the value";
            }
            byte[] signed = signature.getSignedContent(pdf);
            byte[] value = signature.getContents(pdf);
            if ("ETSI.RFC3161".equals(signature.getSubFilter())) {
                return timeStampFault(new TimeStampToken(new CMSSignedData(value)), signed);
            }
            return signatureFault(new CMSSignedData(new CMSProcessableByteArray(signed), value));
        } catch (Exception error) {
            return error.toString();
        }
    }

    private static boolean leavesOutItsValueOnly(PDSignature signature, byte[] pdf) {
        int[] range = signature.getByteRange();
        boolean sound = range.length == 4 && range[0] == 0 && range[1] < range[2] && range[2] + range[3] <= pdf.length;
        return sound && pdf[range[1]] == '<' && pdf[range[2] - 1] == '>';
    }

    private String signatureFault(CMSSignedData cms) throws Exception {
        if (cms.getSignerInfos().size() != 1) {
            return "not one signer";
        }
        SignerInformation signer = cms.getSignerInfos().getSigners().iterator().next();
        X509CertificateHolder holder = certificate(cms.getCertificates(), signer);
        if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(holder))) {
            return "the signature does not verify";
        }
        Date at = new Date();
        AttributeTable unsigned = signer.getUnsignedAttributes();
        Attribute inside = unsigned == null ? null : unsigned.get(PKCSObjectIdentifiers.id_aa_signatureTimeStampToken);
        if (inside != null) {
            TimeStampToken token = new TimeStampToken(ContentInfo.getInstance(inside.getAttrValues().getObjectAt(0)));
            String why = timeStampFault(token, signer.getSignature());
            if (!why.isEmpty()) {
                return "its time stamp: " + why;
            }
            at = token.getTimeStampInfo().getGenTime();
        }
        return chainFault(cms.getCertificates(), holder, at);
    }

    private String timeStampFault(TimeStampToken token, byte[] data) throws Exception {
        String algorithm = token.getTimeStampInfo().getMessageImprintAlgOID().getId();
        byte[] digest = MessageDigest.getInstance(algorithm).digest(data);
        if (!Arrays.equals(digest, token.getTimeStampInfo().getMessageImprintDigest())) {
            return "the time stamp is over something else";
        }
        Store<X509CertificateHolder> certificates = token.getCertificates();
        X509CertificateHolder holder = (X509CertificateHolder) certificates.getMatches(token.getSID()).iterator().next();
        token.validate(new JcaSimpleSignerInfoVerifierBuilder().build(holder));
        return chainFault(certificates, holder, token.getTimeStampInfo().getGenTime());
    }

    private static X509CertificateHolder certificate(Store<X509CertificateHolder> store, SignerInformation signer) {
        return (X509CertificateHolder) store.getMatches(signer.getSID()).iterator().next();
    }

    private String chainFault(Store<X509CertificateHolder> store, X509CertificateHolder leaf, Date at) throws Exception {
        List<X509Certificate> given = new ArrayList<>();
        for (X509CertificateHolder each : store.getMatches(null)) {
            given.add(converter.getCertificate(each));
        }
        X509CertSelector wanted = new X509CertSelector();
        wanted.setCertificate(converter.getCertificate(leaf));
        if (anchors.isEmpty()) {
            return "no trust anchor";
        }
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, wanted);
        parameters.setRevocationEnabled(false);
        parameters.setDate(at);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(given)));
        try {
            CertPathBuilder.getInstance("PKIX").build(parameters);
            return "";
        } catch (java.security.cert.CertPathBuilderException error) {
            return "no chain at " + at.toInstant() + ": " + error.getMessage();
        }
    }
}
